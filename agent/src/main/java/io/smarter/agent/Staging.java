package io.smarter.agent;

import io.smarter.files.Disk;
import io.smarter.files.PowerCut;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A version that is being put together. A file that some version on this machine has already is linked to it: it costs
 * neither bytes of the uplink nor space. The rest comes packed, and is unpacked and checked here. What a crash left is
 * looked at and used.
 */
final class Staging {
    /**
     * The time that all files of a version say they were changed at: the class cache holds good only for jars of the same
     * time, and a linked file has but one.
     */
    static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final int BUFFER = 64 << 10;

    private final AgentFolder folder;
    private final SignedRelease signed;
    private final Release release;
    private final Path root;
    private final Map<Long, List<Path>> bySize = new HashMap<>();

    /** Begins, or goes on with, a version whose list has been verified. */
    Staging(AgentFolder folder, SignedRelease signed, Release release) throws IOException {
        this.folder = folder;
        this.signed = signed;
        this.release = release;
        root = folder.staging().resolve(release.version());
        clean();
        Files.createDirectories(root);
        PowerCut.after("create", root);
        for (var source : folder.sources()) index(source);
        index(root);
    }

    /** Another version that was begun here is not wanted any more; what was downloaded for it may be. */
    private void clean() throws IOException {
        if (!Files.isDirectory(folder.staging())) return;
        try (var entries = Files.list(folder.staging())) {
            for (var entry : entries.filter(Files::isDirectory).toList())
                if (!entry.equals(root)) Disk.deleteAll(entry);
        }
    }

    private void index(Path source) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                bySize.computeIfAbsent(Files.size(file), _ -> new ArrayList<>()).add(file);
        }
    }

    /** Links what is on this machine; the rest is to be downloaded. */
    List<ReleaseFile> link() throws IOException {
        var missing = new ArrayList<ReleaseFile>();
        for (var file : release.files()) {
            if (!isStaged(file) && !link(file)) missing.add(file);
        }
        return missing;
    }

    /** How many bytes more than there are now the version and its transfer need on the disk, at most. */
    long needed() throws IOException {
        long bytes = 0;
        long largest = 0;
        for (var file : release.files()) {
            if (isStaged(file)) continue;
            var source = source(file);
            if (source == null) largest = Math.max(largest, file.packed());
            if (source == null || !canLink(source, file)) bytes += file.size();
        }
        return bytes + largest;
    }

    private @Nullable Path source(ReleaseFile file) throws IOException {
        for (var candidate : bySize.getOrDefault(file.size(), List.of())) {
            if (Digests.holds(candidate, file)) return candidate;
        }
        return null;
    }

    private boolean canLink(Path source, ReleaseFile file) throws IOException {
        return source.equals(root.resolve(file.path()))
                || isAsItShouldBe(source, file) && Files.getFileStore(source).equals(Files.getFileStore(root));
    }

    private boolean isStaged(ReleaseFile file) throws IOException {
        var path = root.resolve(file.path());
        return Digests.holds(path, file) && isAsItShouldBe(path, file);
    }

    /** Links or copies a file of this content; false if there is none. */
    boolean link(ReleaseFile file) throws IOException {
        var source = source(file);
        if (source == null) return false;
        if (source.equals(root.resolve(file.path()))) { // a crash came before its mode and time were set
            finish(source, file);
            return true;
        }
        var path = prepared(file);
        if (isAsItShouldBe(source, file) && tryLink(path, source)) {
            PowerCut.after("link", path);
            return true;
        }
        Files.copy(source, path, StandardCopyOption.REPLACE_EXISTING);
        PowerCut.after("copy", path);
        finish(path, file);
        return true;
    }

    /** A file system may not link from elsewhere, or not at all. */
    private static boolean tryLink(Path path, Path to) throws IOException {
        try {
            Files.createLink(path, to);
            return true;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isAsItShouldBe(Path path, ReleaseFile file) throws IOException {
        return Files.getLastModifiedTime(path).equals(TIME)
                && Files.getPosixFilePermissions(path).equals(mode(file));
    }

    private static Set<PosixFilePermission> mode(ReleaseFile file) {
        return file.executable() ? PROGRAM : PLAIN;
    }

    private Path prepared(ReleaseFile file) throws IOException {
        var path = root.resolve(file.path());
        Files.createDirectories(Disk.parent(path));
        if (Files.deleteIfExists(path)) PowerCut.after("delete", path);
        return path;
    }

    /** Where the packed form of a file is put while it comes. */
    Path packed(ReleaseFile file) {
        return folder.staging().resolve(file.sha256() + ".gz");
    }

    /**
     * Unpacks a file that has come whole, no further than it should be long.
     *
     * @throws BadReleaseException if it is not what the list says
     */
    void unpack(ReleaseFile file) throws IOException {
        var packed = packed(file);
        var path = prepared(file);
        try {
            PowerCut.amid("unpack", path);
            var found = unpack(packed, path, file.size());
            PowerCut.after("unpack", path);
            if (!found.equals(file.sha256()))
                throw new BadReleaseException("%s of version %s is not what was signed: its sha256 is %s, not %s"
                        .formatted(file.path(), release.version(), found, file.sha256()));
        } catch (ZipException | EOFException e) {
            throw new BadReleaseException(
                    "%s of version %s is not gzip: %s".formatted(file.path(), release.version(), e.getMessage()), e);
        } finally {
            Disk.deleteAll(packed);
        }
        finish(path, file);
        bySize.computeIfAbsent(file.size(), _ -> new ArrayList<>()).add(path);
    }

    private static String unpack(Path packed, Path to, long size) throws IOException {
        var digest = Digests.sha256();
        try (var in = new GZIPInputStream(Files.newInputStream(packed), BUFFER);
                var out = new DigestOutputStream(Files.newOutputStream(to), digest)) {
            var buffer = new byte[BUFFER];
            long left = size;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                left -= read;
                if (left < 0) throw new ZipException("longer than " + size + " bytes");
                out.write(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void finish(Path path, ReleaseFile file) throws IOException {
        Files.setPosixFilePermissions(path, mode(file));
        Files.setLastModifiedTime(path, TIME);
        PowerCut.after("write", path);
        Disk.sync(path);
    }

    /** Makes it a version that can be started: all of it is on the disk before its name appears. */
    void finish() throws IOException {
        for (var file : release.files()) Disk.sync(root.resolve(file.path())); // what is linked was never
        Disk.write(root.resolve(AgentFolder.MANIFEST), signed.bytes(), Disk.PUBLIC);
        Disk.syncFolders(root);
        Files.createDirectories(folder.versions());
        Disk.sync(folder.root());
        Disk.rename(root, folder.version(release.version()));
    }
}
