package io.smarter.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that are there, and stay, after a power cut: old or new, never a part. Each step passes {@link PowerCut}. Safe for
 * use by many threads that write different files.
 */
public final class Disk {
    /** The mode of a file that all may read. */
    public static final Set<PosixFilePermission> PUBLIC = Set.copyOf(PosixFilePermissions.fromString("rw-r--r--"));

    /** The mode of a file that only its owner may read. */
    public static final Set<PosixFilePermission> PRIVATE = Set.copyOf(PosixFilePermissions.fromString("rw-------"));

    private Disk() {}

    /**
     * Writes a file whole or not at all. What a power cut leaves of it is called {@code .NAME.tmp}, and the next write takes
     * its place.
     */
    public static void write(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
        var temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(temporary, options, PosixFilePermissions.asFileAttribute(mode))) {
            if (!mode.equals(PRIVATE)) Files.setPosixFilePermissions(temporary, mode); // whatever the umask
            PowerCut.after("create", temporary);
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) channel.write(bytes);
            PowerCut.after("write", temporary);
            channel.force(true);
            PowerCut.after("sync", temporary);
        }
        rename(temporary, file);
    }

    /** Gives a file or folder, which has been synced, its name; what had that name is replaced, if it is no full folder. */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        PowerCut.after("rename", from);
        sync(parent(to));
    }

    /** Puts the content of a file, or the entries of a folder, on the disk. */
    public static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
        PowerCut.after("sync", path);
    }

    /** Puts the entries of a folder and of all folders in it on the disk. */
    public static void syncFolders(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
                if (failed != null) throw failed;
                sync(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes a file so that it stays deleted; says whether there was one. */
    public static boolean delete(Path file) throws IOException {
        if (!Files.deleteIfExists(file)) return false;
        PowerCut.after("delete", file);
        sync(parent(file));
        return true;
    }

    /**
     * Deletes a file, a link, or a folder with all that is in it, following no link. No error if there is none. A power cut
     * may leave, or bring back, any part of it.
     */
    public static void deleteAll(Path root) throws IOException {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    return deleted(file);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
                        throws IOException {
                    if (failed != null) throw failed;
                    return deleted(folder);
                }
            });
        } catch (NoSuchFileException e) {
            // Gone already, which is what was asked for.
        }
    }

    private static FileVisitResult deleted(Path path) throws IOException {
        Files.deleteIfExists(path);
        PowerCut.after("delete", path);
        return FileVisitResult.CONTINUE;
    }

    /** The folder that a file is in. */
    public static Path parent(Path file) {
        var parent = file.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException("no folder in path " + file);
        return parent;
    }
}
