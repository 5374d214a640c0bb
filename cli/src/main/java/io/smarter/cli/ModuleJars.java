package io.smarter.cli;

import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;

/** Which jars programs of a gateway need: they speak HTTP without Netty. */
final class ModuleJars {
    private ModuleJars() {}

    /** The jars in a folder of some modules and of those that they require, in turn. */
    static List<Path> of(Path folder, List<String> roots) {
        var finder = ModuleFinder.of(folder);
        var seen = new HashSet<>(roots);
        var jars = new TreeSet<Path>();
        var next = new ArrayDeque<>(roots);
        while (!next.isEmpty()) {
            var module = finder.find(next.pop());
            if (module.isEmpty()) continue; // the runtime's
            module.get().location().map(Path::of).ifPresent(jars::add);
            module.get().descriptor().requires().stream()
                    .filter(required -> !required.modifiers().contains(Requires.Modifier.STATIC))
                    .map(Requires::name)
                    .filter(name -> !name.startsWith("io.netty"))
                    .filter(seen::add)
                    .forEach(next::push);
        }
        return List.copyOf(jars);
    }
}
