package io.smarter.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds what the programs and libraries of a folder need of this machine: the C library and its loader. */
final class SharedLibraries {
    private static final List<Path> FOLDERS = folders();

    private SharedLibraries() {}

    /** The files that are needed beyond those of the folder: where each belongs in an image, and which file it is here. */
    static Map<String, Path> neededBy(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return neededBy(files.filter(Files::isRegularFile).toList());
        }
    }

    /** The files that are needed beyond these. */
    static Map<String, Path> neededBy(List<Path> own) throws IOException {
        var ownNames = own.stream().map(file -> file.getFileName().toString()).toList();
        var needed = new TreeMap<String, Path>();
        var unread = new ArrayDeque<>(own);
        while (!unread.isEmpty()) {
            var file = unread.removeFirst();
            var elf = ElfFile.read(file);
            if (elf.interpreter().isPresent())
                needed.put(
                        elf.interpreter().get().substring(1),
                        real(Path.of(elf.interpreter().get())));
            for (var name : elf.needed()) {
                if (ownNames.contains(name)) continue;
                var found = find(name, file);
                if (needed.putIfAbsent(found.toString().substring(1), real(found)) == null) unread.add(real(found));
            }
        }
        return needed;
    }

    private static Path find(String name, Path neededBy) throws IOException {
        if (name.contains("/")) throw new IOException("%s: needs %s by its path".formatted(neededBy, name));
        for (var folder : FOLDERS) {
            if (Files.exists(folder.resolve(name))) return folder.resolve(name);
        }
        throw new IOException("%s: needs %s, which is in none of %s".formatted(neededBy, name, FOLDERS));
    }

    private static Path real(Path link) throws IOException {
        return link.toRealPath();
    }

    /** In the order in which the loader looks where nothing else is configured; the first two are Debian's. */
    private static List<Path> folders() {
        var machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return List.of(
                Path.of("/lib/" + machine + "-linux-gnu"),
                Path.of("/usr/lib/" + machine + "-linux-gnu"),
                Path.of("/lib64"),
                Path.of("/usr/lib64"),
                Path.of("/lib"),
                Path.of("/usr/lib"));
    }
}
