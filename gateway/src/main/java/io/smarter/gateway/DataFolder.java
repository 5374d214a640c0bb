package io.smarter.gateway;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own folder, held by one agent at a time. Safe for use by many threads that write different files.
 *
 * <p>Every file is written to a temporary name, synced and renamed, and its folder synced: after a power cut the next
 * start finds the old or the new content, never a part.
 */
final class DataFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Opens the folder, making it when it is missing.
     *
     * @throws IOException if another agent holds it
     */
    static DataFolder open(Path root) throws IOException {
        try {
            for (var folder : List.of("identity", "pods", "configs", "volumes")) createPrivate(root.resolve(folder));
        } catch (FileSystemException e) {
            var reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("data folder %s can't be made: %s: %s".formatted(root, e.getFile(), reason), e);
        }
        var lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                for (var folder : List.of(".", "identity", "pods", "configs")) sweep(root.resolve(folder));
                return new DataFolder(root, lock);
            }
        } catch (OverlappingFileLockException e) {
            lock.close();
            throw new IOException("data folder %s is in use by this process already".formatted(root), e);
        }
        lock.close();
        throw new IOException("data folder %s is in use by another gateway".formatted(root));
    }

    Path identity() {
        return root.resolve("identity");
    }

    Path pods() {
        return root.resolve("pods");
    }

    Path configs() {
        return root.resolve("configs");
    }

    Path volumes() {
        return root.resolve("volumes");
    }

    Path secrets() {
        return root.resolve("secrets");
    }

    Path devices() {
        return root.resolve("devices.json");
    }

    /** Where this machine's programs ask the agent; its folder is its owner's alone. */
    Path socket() {
        return socket(root);
    }

    static Path socket(Path data) {
        return data.resolve("local").resolve("agent.sock");
    }

    Path agent() {
        return root.resolve("agent");
    }

    Path containerd() {
        return root.resolve("containerd");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** Makes a folder that only its owner may enter. */
    static void createPrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Writes a file whole or not at all; only its owner may read it. */
    static void write(Path file, byte[] content) throws IOException {
        createPrivate(Disk.parent(file));
        Disk.write(file, content, Disk.PRIVATE);
    }

    /** Removes what writes left that a power cut ended, and that nobody may write again. */
    private static void sweep(Path folder) throws IOException {
        try (var left = Files.newDirectoryStream(folder, ".*.tmp")) {
            for (var file : left) Files.deleteIfExists(file);
        }
    }

    /** The object in a file; null when there is no file or it holds no object. */
    static Json.@Nullable Obj read(Path file) throws IOException {
        try {
            return Json.parse(Files.readAllBytes(file)) instanceof Json.Obj object ? object : null;
        } catch (NoSuchFileException | JsonException e) {
            return null;
        }
    }

    /** The files of a folder, without those that are half written. */
    static List<Path> list(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder, entry -> !isHidden(entry))) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }

    private static boolean isHidden(Path entry) {
        var name = entry.getFileName();
        return name != null && name.toString().startsWith(".");
    }
}
