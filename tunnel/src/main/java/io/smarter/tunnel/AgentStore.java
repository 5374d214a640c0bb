package io.smarter.tunnel;

import io.smarter.agent.Release;
import io.smarter.agent.ReleaseFile;
import io.smarter.agent.SignedRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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
    /** A blob that no version names yet may belong to one that is being uploaded. */
    private static final Duration UPLOADING = Duration.ofHours(1);

    private static final long LARGEST_BLOB = 512L << 20;
    private static final int BUFFER = 64 << 10;

    private final Path folder;
    private final List<X509Certificate> authorities;

    AgentStore(Path folder, List<X509Certificate> authorities) {
        this.folder = folder;
        this.authorities = List.copyOf(authorities);
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

    /** Keeps the gzip form of a file, if it is that of a content of this digest. */
    void putBlob(String sha256, InputStream packed) throws IOException, RejectedException {
        Files.createDirectories(folder.resolve("blobs"));
        var incoming = Files.createTempFile(folder.resolve("blobs"), "incoming-", ".tmp");
        try {
            try (var channel = FileChannel.open(incoming, StandardOpenOption.WRITE);
                    var out = Channels.newOutputStream(channel)) {
                copy(packed, out, "blob " + sha256);
                channel.force(true);
            }
            var found = digest(incoming);
            if (!found.equals(sha256))
                throw new RejectedException("blob %s: is of a file with sha256 %s".formatted(sha256, found));
            Files.move(incoming, blob(sha256), StandardCopyOption.ATOMIC_MOVE);
            sync(folder.resolve("blobs"));
        } finally {
            Files.deleteIfExists(incoming);
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
        } catch (ZipException e) {
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
        var release = SignedRelease.parse(signed).verified(authorities);
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
        if (Files.exists(there) && !files(there).equals(release.files()))
            throw new RejectedException(
                    "version %s for %s: is there with other files; remove it first, or use another name"
                            .formatted(version, platform));
        write(folder.resolve("versions").resolve(version), platform + ".json", signed);
    }

    private List<ReleaseFile> files(Path list) throws IOException {
        return SignedRelease.parse(Files.readAllBytes(list))
                .verified(authorities)
                .files();
    }

    private void write(Path parent, String name, byte[] content) throws IOException {
        Files.createDirectories(parent);
        var temporary = parent.resolve(name + ".tmp");
        Files.write(temporary, content);
        sync(temporary);
        Files.move(temporary, parent.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(parent);
        sync(folder.resolve("versions"));
    }

    private static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
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
        var versions = folder.resolve("versions");
        if (!Files.isDirectory(versions)) return releases;
        try (var lists = Files.find(
                versions, 2, (file, _) -> String.valueOf(file.getFileName()).endsWith(".json"))) {
            for (var list : lists.sorted().toList())
                releases.add(SignedRelease.parse(Files.readAllBytes(list)).verified(authorities));
        }
        return releases;
    }

    /** Removes a version, and the files that no other has; false if there is none. */
    synchronized boolean remove(String version) throws IOException {
        var gone = folder.resolve("versions").resolve(version);
        if (!Files.isDirectory(gone)) return false;
        try (var lists = Files.list(gone)) {
            for (var list : lists.toList()) Files.delete(list);
        }
        try {
            Files.delete(gone);
        } catch (DirectoryNotEmptyException e) {
            throw new IOException(gone + " is being written to", e);
        }
        collect();
        return true;
    }

    private void collect() throws IOException {
        var used = new HashSet<String>();
        for (var release : versions()) release.files().forEach(file -> used.add(file.sha256() + ".gz"));
        var recent = Instant.now().minus(UPLOADING);
        try (var blobs = Files.list(folder.resolve("blobs"))) {
            for (var blob : blobs.toList()) {
                if (used.contains(String.valueOf(blob.getFileName()))) continue;
                if (Files.getLastModifiedTime(blob).toInstant().isBefore(recent)) Files.delete(blob);
            }
        }
    }
}
