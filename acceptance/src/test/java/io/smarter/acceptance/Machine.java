package io.smarter.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What programs may leave behind on a machine: processes, mounts, network interfaces and namespaces. */
record Machine(Set<String> processes, Set<String> mounts, Set<String> interfaces, Set<String> namespaces) {
    /** The state of this machine now. */
    static Machine now() throws IOException {
        var processes = ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("containerd") || line.contains("io.smarter.cli.Main"))
                .collect(Collectors.toCollection(TreeSet::new));
        var mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ")[4])
                .collect(Collectors.toCollection(TreeSet::new));
        return new Machine(processes, mounts, names(Path.of("/sys/class/net")), names(Path.of("/run/netns")));
    }

    private static Set<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return Set.of();
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
