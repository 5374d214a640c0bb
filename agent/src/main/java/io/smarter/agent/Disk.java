package io.smarter.agent;

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
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Files that are there, and stay, after a power cut. */
final class Disk {
    private static final int BUFFER = 64 << 10;

    private Disk() {}

    /** Writes a file whole or not at all. */
    static void write(Path file, byte[] content) throws IOException {
        var temporary = file.resolveSibling("." + file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        sync(parent(file));
    }

    /** Puts the content of a file, or the entries of a folder, on the disk. */
    static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Puts the entries of a folder and of all folders in it on the disk. */
    static void syncFolders(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
                if (failed != null) throw failed;
                sync(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes a folder with all that is in it; links are deleted, not followed. No error if there is none. */
    static void delete(Path root) throws IOException {
        if (!Files.isDirectory(root)) return;
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
                if (failed != null) throw failed;
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this runtime has no SHA-256", e);
        }
    }

    static String sha256(Path file) throws IOException {
        var digest = sha256();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            var buffer = new byte[BUFFER];
            while (in.read(buffer) >= 0) {
                // the digest takes what is read
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether a file has just this content. */
    static boolean holds(Path file, ReleaseFile content) throws IOException {
        try {
            return Files.size(file) == content.size() && sha256(file).equals(content.sha256());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    static Path parent(Path file) {
        var parent = file.getParent();
        if (parent == null) throw new IllegalArgumentException("no folder in path " + file);
        return parent;
    }
}
