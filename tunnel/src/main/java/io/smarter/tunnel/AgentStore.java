package io.smarter.tunnel;

import io.smarter.agent.Release;
import io.smarter.agent.SignedRelease;
import io.smarter.files.Disk;
import io.smarter.files.PowerCut;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Versions of the agent that gateways can get: {@code versions/NAME/PLATFORM.json}, which are signed, and their files in
 * {@code blobs/SHA256.gz}, each once. A version is there when all of its files are. Safe for use by many threads.
 */
final class AgentStore {
    private static final System.Logger LOG = System.getLogger(AgentStore.class.getName());

    /** A blob that no version names yet may belong to one that is being uploaded. */
    private static final Duration UPLOADING = Duration.ofHours(1);

    private static final long LARGEST_BLOB = 512L << 20;
    private static final int BUFFER = 64 << 10;

    /** How far the clocks of who publishes and of the cloud may be apart. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    private final Path folder;
    private final List<X509Certificate> authorities;
    private final Clock clock;

    AgentStore(Path folder, List<X509Certificate> authorities, Clock clock) {
        this.folder = folder;
        this.authorities = List.copyOf(authorities);
        this.clock = clock;
    }

    /** What is not taken, for a reason that its sender can do something about. */
    static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1L;

        RejectedException(String message) {
            super(message);
        }
    }

    Path blob(String sha256) {
        return folder.resolve("blobs").resolve(sha256 + ".gz");
    }

    private Path list(String version, String platform) {
        return folder.resolve("versions").resolve(version).resolve(platform + ".json");
    }

    /**
     * Keeps the gzip form of a file, if it is that of a content of this digest. One that is there stays: lists are signed
     * with its length.
     */
    void putBlob(String sha256, InputStream packed) throws IOException, RejectedException {
        Files.createDirectories(folder.resolve("blobs"));
        var incoming = Files.createTempFile(folder.resolve("blobs"), "incoming-", ".tmp");
        try {
            try (var channel = FileChannel.open(incoming, StandardOpenOption.WRITE);
                    var out = Channels.newOutputStream(channel)) {
                copy(packed, out, "blob " + sha256);
                PowerCut.after("write", incoming);
                channel.force(true);
                PowerCut.after("sync", incoming);
            }
            var found = digest(incoming);
            if (!found.equals(sha256))
                throw new RejectedException("blob %s: is of a file with sha256 %s".formatted(sha256, found));
            keep(incoming, sha256);
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    private synchronized void keep(Path incoming, String sha256) throws IOException {
        var blob = blob(sha256);
        if (Files.exists(blob) && isOf(blob, sha256)) return;
        Disk.rename(incoming, blob);
    }

    private static boolean isOf(Path blob, String sha256) throws IOException {
        try {
            return digest(blob).equals(sha256);
        } catch (RejectedException e) {
            return false;
        }
    }

    private static void copy(InputStream in, OutputStream out, String subject) throws IOException, RejectedException {
        var buffer = new byte[BUFFER];
        long left = LARGEST_BLOB;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            left -= read;
            if (left < 0) throw new RejectedException("%s: longer than %d bytes".formatted(subject, LARGEST_BLOB));
            out.write(buffer, 0, read);
        }
    }

    private static String digest(Path packed) throws IOException, RejectedException {
        try (var in = new GZIPInputStream(Files.newInputStream(packed), BUFFER)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[BUFFER];
            long left = LARGEST_BLOB;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                left -= read;
                if (left < 0)
                    throw new RejectedException("blob: unpacked it is longer than %d bytes".formatted(LARGEST_BLOB));
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (ZipException | EOFException e) {
            throw new RejectedException("blob: is not gzip: " + e.getMessage());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this runtime has no SHA-256", e);
        }
    }

    /**
     * Keeps a version whose files are all here.
     *
     * @throws IllegalArgumentException if it is no list that an administrator signed
     */
    synchronized void putVersion(String version, String platform, byte[] signed) throws IOException, RejectedException {
        var list = SignedRelease.parse(signed);
        var release = list.verified(authorities);
        checkTime(list, release);
        if (!release.version().equals(version) || !release.platform().equals(platform))
            throw new RejectedException("version %s for %s: the list is of %s for %s"
                    .formatted(version, platform, release.version(), release.platform()));
        for (var file : release.files()) {
            var blob = blob(file.sha256());
            if (!Files.exists(blob))
                throw new RejectedException(
                        "version %s: blob %s of %s is missing".formatted(version, file.sha256(), file.path()));
            if (Files.size(blob) != file.packed())
                throw new RejectedException("version %s: blob %s has %d bytes, not %d"
                        .formatted(version, file.sha256(), Files.size(blob), file.packed()));
        }
        var there = list(version, platform);
        var before = Files.exists(there) ? read(there) : null;
        if (before != null && !before.files().equals(release.files()))
            throw new RejectedException(
                    "version %s for %s: is there with other files; remove it first, or use another name"
                            .formatted(version, platform));
        Files.createDirectories(Disk.parent(there));
        Disk.write(there, signed, Disk.PUBLIC);
        Disk.sync(folder.resolve("versions"));
    }

    /** When a list was signed is its signer's own claim: a key that leaked and is not valid any more must not date back. */
    private void checkTime(SignedRelease list, Release release) throws RejectedException {
        var now = clock.instant();
        var end = list.signer().getNotAfter().toInstant();
        if (end.isBefore(now))
            throw new RejectedException(
                    "version %s: the signer's certificate was valid until %s only".formatted(release.version(), end));
        if (Duration.between(release.signed(), now).abs().compareTo(CLOCKS) > 0)
            throw new RejectedException("version %s: was signed at %s, it is %s here; sign it again, with a right clock"
                    .formatted(release.version(), release.signed(), now));
    }

    /** The version of a list; null if nobody who may has signed it. */
    private @Nullable Release read(Path list) throws IOException {
        try {
            return SignedRelease.parse(Files.readAllBytes(list)).verified(authorities);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "{0} {1}", list, e.getMessage());
            return null;
        }
    }

    /** The list of a version as it was signed; null if there is none. */
    byte @Nullable [] version(String version, String platform) throws IOException {
        try {
            return Files.readAllBytes(list(version, platform));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** All versions, each for each platform, by name. */
    synchronized List<Release> versions() throws IOException {
        var releases = new ArrayList<Release>();
        for (var list : lists()) {
            var release = read(list);
            if (release != null) releases.add(release);
        }
        return releases;
    }

    private List<Path> lists() throws IOException {
        var versions = folder.resolve("versions");
        if (!Files.isDirectory(versions)) return List.of();
        try (var lists = Files.find(
                versions, 2, (file, _) -> String.valueOf(file.getFileName()).endsWith(".json"))) {
            return lists.sorted().toList();
        }
    }

    /** Removes a version, and the files that no other has; false if there is none. */
    synchronized boolean remove(String version) throws IOException {
        var gone = folder.resolve("versions").resolve(version);
        if (!Files.isDirectory(gone)) return false;
        try (var lists = Files.list(gone)) {
            for (var list : lists.toList()) Disk.delete(list);
        }
        try {
            Disk.delete(gone); // synced: a list that came back would lack its files
        } catch (DirectoryNotEmptyException e) {
            throw new IOException(gone + " is being written to", e);
        }
        collect();
        return true;
    }

    /** Deletes files that no version names; none while it can't be told of some list what it names. */
    private void collect() throws IOException {
        var used = new HashSet<String>();
        for (var list : lists()) {
            var release = read(list);
            if (release == null) return;
            release.files().forEach(file -> used.add(file.sha256() + ".gz"));
        }
        var recent = clock.instant().minus(UPLOADING);
        try (var blobs = Files.list(folder.resolve("blobs"))) {
            for (var blob : blobs.toList()) {
                if (used.contains(String.valueOf(blob.getFileName()))) continue;
                if (Files.getLastModifiedTime(blob).toInstant().isBefore(recent)) Disk.deleteAll(blob);
            }
        }
    }
}
