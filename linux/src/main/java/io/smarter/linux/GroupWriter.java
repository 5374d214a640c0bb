package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes control groups and limits them, in every hierarchy that can. */
final class GroupWriter {
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids", "hugetlb");

    private final List<Path> hierarchies;
    private final String group;

    GroupWriter(List<Path> hierarchies, String group) {
        this.hierarchies = hierarchies;
        this.group = group;
    }

    /** Makes the group where it is missing, and limits it. The first that fails is thrown when all are done. */
    void write(GroupLimits limits) throws IOException {
        IOException failed = null;
        for (var hierarchy : hierarchies) {
            try {
                if (Files.exists(hierarchy.resolve("cgroup.controllers"))) version2(hierarchy, limits);
                else version1(hierarchy, limits);
            } catch (IOException e) {
                if (failed == null) failed = e;
                else failed.addSuppressed(e);
            }
        }
        if (failed != null) throw failed;
    }

    /** A hierarchy of version 1 is named after its controllers, such as {@code cpu,cpuacct}. */
    private void version1(Path hierarchy, GroupLimits limits) throws IOException {
        var name = hierarchy.getFileName();
        var controllers =
                name == null ? List.<String>of() : List.of(name.toString().split(",", -1));
        for (var controller : controllers) {
            if (!CONTROLLERS.contains(controller)) continue;
            var folder = hierarchy.resolve(group);
            Files.createDirectories(folder);
            write(folder, limits.version1(controller));
        }
    }

    private void version2(Path hierarchy, GroupLimits limits) throws IOException {
        var offered = Files.readString(hierarchy.resolve("cgroup.controllers")).strip();
        var there = List.of(offered.split(" ", -1));
        var ours = CONTROLLERS.stream().filter(there::contains).toList();
        if (ours.isEmpty()) return; // they are in version 1
        var folder = hierarchy;
        for (var part : Path.of(group)) {
            for (var controller : ours) put(folder.resolve("cgroup.subtree_control"), "+" + controller);
            folder = folder.resolve(part);
            if (!Files.isDirectory(folder)) Files.createDirectory(folder);
        }
        for (var controller : ours) write(folder, limits.version2(controller));
    }

    private static void write(Path folder, Map<String, String> files) throws IOException {
        for (var file : files.entrySet()) put(folder.resolve(file.getKey()), file.getValue());
    }

    private static void put(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IOException("%s can't be set to %s: %s".formatted(file, text, e.getMessage()), e);
        }
    }
}
