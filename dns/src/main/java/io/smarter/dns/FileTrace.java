package io.smarter.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which entries of which folders decide what a path leads to. */
final class FileTrace {
    private static final int MOST_STEPS = 100;

    private FileTrace() {}

    /**
     * Walks an absolute path and every symbolic link on it, as far as there is something.
     *
     * @return names by their folder, which is none that links lead to
     */
    static Map<Path, Set<String>> of(Path path) throws IOException {
        var way = new HashMap<Path, Set<String>>();
        var left = new ArrayDeque<Path>();
        path.forEach(left::add);
        var root = path.getRoot();
        var folder = root;
        for (int step = 0; step < MOST_STEPS && !left.isEmpty(); step++) {
            var name = left.pop();
            if (name.toString().equals(".") || name.toString().isEmpty()) continue;
            if (name.toString().equals("..")) {
                folder = folder.getParent() == null ? root : folder.getParent();
                continue;
            }
            var entry = folder.resolve(name);
            way.computeIfAbsent(folder, _ -> new HashSet<>()).add(name.toString());
            if (Files.isSymbolicLink(entry)) {
                var target = Files.readSymbolicLink(entry);
                for (int i = target.getNameCount() - 1; i >= 0; i--) left.push(target.getName(i));
                if (target.isAbsolute()) folder = root;
            } else if (Files.isDirectory(entry)) {
                folder = entry;
            } else {
                return way;
            }
        }
        return way;
    }
}
