package io.smarter.gateway;

import io.smarter.files.Disk;
import io.smarter.files.PowerCut;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume that is made from objects of the API, by their path in it. Readers see all files of one version
 * or all of another: names are links through {@code ..data}, which is swapped in one step (as kubelets do it, and as
 * programs that watch for changes expect).
 */
final class Payload {
    private static final String DATA = "..data";

    /** What a group that owns a volume adds to the modes of its files, as with kubelets. */
    private static final int GROUP_READS = 0440;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Integer> modes = new HashMap<>();
    private final Map<String, Integer> users = new HashMap<>();

    /**
     * Adds a file.
     *
     * @throws ConfigException if the path could leave the volume, or is one that we need
     */
    void add(String path, byte[] bytes, int mode) throws ConfigException {
        boolean bad = path.isEmpty() || path.startsWith("/") || path.startsWith("..") || path.indexOf('\0') >= 0;
        for (var part : path.split("/", -1)) bad |= part.isEmpty() || part.equals("..") || part.equals(".");
        if (bad) throw new ConfigException("path: must be relative and stay in the volume, was '%s'".formatted(path));
        files.put(path, bytes);
        modes.put(path, mode);
        users.remove(path);
    }

    /** Adds a file that belongs to a user; null for us. */
    void add(String path, byte[] bytes, int mode, @Nullable Integer user) throws ConfigException {
        add(path, bytes, mode);
        if (user != null) users.put(path, user);
    }

    /**
     * Makes a folder hold these files and no others; says whether that changed anything.
     *
     * @param group the group that owns the files; null for ours
     */
    boolean writeTo(Path folder, @Nullable Integer group) throws IOException {
        Files.createDirectories(folder);
        var data = folder.resolve(DATA);
        if (Files.isDirectory(data) && isWritten(data.toRealPath(), group)) {
            finish(folder);
            return false;
        }
        var version = Files.createTempDirectory(folder, "..");
        PowerCut.after("create", version);
        for (var path : files.keySet()) write(version, path, group);
        Owner.grant(version, 0755, group);
        swap(folder, version);
        PowerCut.after("swap", folder);
        finish(folder);
        return true;
    }

    /** What follows a swap. Done also where nothing was to be swapped: a power cut may have come between the two. */
    private void finish(Path folder) throws IOException {
        link(folder);
        PowerCut.after("link", folder);
        var current = folder.resolve(Files.readSymbolicLink(folder.resolve(DATA)));
        try (var versions = Files.newDirectoryStream(folder, "..*")) {
            for (var version : versions) {
                if (!version.endsWith(DATA) && !version.equals(current)) Disk.deleteAll(version);
            }
        }
    }

    private boolean isWritten(Path version, @Nullable Integer group) throws IOException {
        var there = new TreeMap<String, byte[]>();
        Files.walkFileTree(version, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                there.put(version.relativize(file).toString(), Files.readAllBytes(file));
                return FileVisitResult.CONTINUE;
            }
        });
        if (!there.keySet().equals(files.keySet())) return false;
        for (var file : files.entrySet()) {
            var path = file.getKey();
            if (!Arrays.equals(file.getValue(), there.get(path))) return false;
            if (!Owner.isGranted(version.resolve(path), mode(path, group))) return false;
        }
        return true;
    }

    private int mode(String path, @Nullable Integer group) {
        int mode = modes.getOrDefault(path, 0644);
        return group == null ? mode : mode | GROUP_READS;
    }

    private void write(Path version, String path, @Nullable Integer group) throws IOException {
        var file = version.resolve(path);
        for (var folder = file.getParent(); folder != null && !folder.equals(version); folder = folder.getParent()) {
            Files.createDirectories(folder);
            Owner.grant(folder, 0755, group);
        }
        Files.write(file, files.getOrDefault(path, new byte[0]));
        var user = users.get(path);
        if (user != null) Files.setAttribute(file, "unix:uid", user);
        Owner.grant(file, mode(path, group), group);
        PowerCut.after("write", file);
    }

    private static void swap(Path folder, Path version) throws IOException {
        var next = folder.resolve(DATA + "_tmp");
        Files.deleteIfExists(next);
        var name = version.getFileName();
        if (name == null) throw new IOException("no name in path " + version);
        Files.createSymbolicLink(next, name);
        PowerCut.after("link", next);
        Files.move(next, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the names by which users see the files; they don't change with the files' content. */
    private void link(Path folder) throws IOException {
        var wanted = new TreeSet<String>();
        for (var path : files.keySet()) wanted.add(path.split("/", -1)[0]);
        for (var name : wanted) {
            var link = folder.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) Files.createSymbolicLink(link, Path.of(DATA, name));
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var name = String.valueOf(entry.getFileName());
                if (!name.startsWith("..") && !wanted.contains(name)) Disk.deleteAll(entry);
            }
        }
    }

    /** Modes and groups of files. */
    static final class Owner {
        private static final int GROUP_WRITES = 0660;
        private static final int GROUP_ENTERS = 02770;
        private static final int TYPE = 0170000;
        private static final int LINK = 0120000;

        private Owner() {}

        static void grant(Path path, int mode, @Nullable Integer group) throws IOException {
            if (group != null) Files.setAttribute(path, "unix:gid", group);
            Files.setAttribute(path, "unix:mode", mode);
        }

        /**
         * Gives all that is below a folder to a group, which may then read and write it. What is right already is left as it
         * is, and what others remove meanwhile is passed over.
         *
         * @param always whether to look below although the folder itself is right already
         */
        static void grantAll(Path folder, int group, boolean always) throws IOException {
            if (!always && isOf(attributes(folder), GROUP_ENTERS, group)) return;
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    give(file, GROUP_WRITES, group);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (failure instanceof NoSuchFileException && !file.equals(folder)) return FileVisitResult.CONTINUE;
                    throw failure;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) throw failure;
                    give(inner, GROUP_ENTERS, group);
                    return FileVisitResult.CONTINUE;
                }
            });
        }

        /**
         * Gives a file to a group, which may then do more with it; never what a link leads to. As a file can only be given its
         * mode through its name, it is looked at once more before that: others who use the storage may put a link there.
         */
        static void give(Path file, int more, int group) throws IOException {
            try {
                var there = attributes(file);
                if (isLink(there) || isOf(there, more, group)) return;
                Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
                if (!isLink(attributes(file))) Files.setAttribute(file, "unix:mode", mode(there) | more);
            } catch (NoSuchFileException e) {
                // Somebody removed it.
            }
        }

        /** Of the file itself, be it a link. */
        private static Map<String, Object> attributes(Path file) throws IOException {
            return Files.readAttributes(file, "unix:mode,gid", LinkOption.NOFOLLOW_LINKS);
        }

        private static boolean isLink(Map<String, Object> attributes) {
            return (whole(attributes) & TYPE) == LINK;
        }

        private static boolean isOf(Map<String, Object> attributes, int more, int group) {
            return (mode(attributes) & more) == more && Objects.equals(attributes.get("gid"), group);
        }

        private static int mode(Map<String, Object> attributes) {
            return whole(attributes) & 07777;
        }

        private static int whole(Map<String, Object> attributes) {
            return attributes.get("mode") instanceof Integer mode ? mode : 0;
        }

        static boolean isGranted(Path path, int mode) throws IOException {
            return ((Integer) Files.getAttribute(path, "unix:mode") & 07777) == mode;
        }
    }
}
