package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container of runc with a shell in it and the devices that runc gives to all. */
record RuncContainer(String name, boolean version2, long process) implements AutoCloseable {
    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");
    private static final List<String> TOOLS = List.of("sh", "sleep", "stat", "cat", "ls", "ln", "mknod", "dd");
    /** Shows runc a machine that has control groups of version 2 only. */
    private static final List<String> WITH_VERSION_2 = List.of(
            "unshare", "--mount", "sh", "-c", "mount -t cgroup2 none /sys/fs/cgroup && exec runc \"$@\"", "runc");

    /** Runs one from a folder that is empty. */
    static RuncContainer run(Path bundle, boolean version2) throws Exception {
        assumeTrue(Files.exists(BUSYBOX) && Files.exists(Path.of("/usr/sbin/runc")), "runc and busybox are needed");
        assumeTrue(Files.exists(Path.of("/dev/cpu/0/cpuid")), "no device to give");
        var name = "smt-devices-" + ProcessHandle.current().pid();
        var bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (var folder : List.of("proc", "dev", "data"))
            Files.createDirectories(bundle.resolve("rootfs").resolve(folder));
        for (var tool : TOOLS) Files.createSymbolicLink(bin.resolve(tool), Path.of("busybox"));
        Files.writeString(bundle.resolve("config.json"), """
                {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "hostname": "smt",
                 "process": {"cwd": "/", "args": ["sleep", "1000"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0},
                   "capabilities": {"bounding": ["CAP_MKNOD"], "effective": ["CAP_MKNOD"], "permitted": ["CAP_MKNOD"]}},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755", "size=64k"]}],
                 "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}],
                   "cgroupsPath": "/%s", "resources": {"devices": [{"allow": false, "access": "rwm"}]}}}
                """.formatted(name));
        var log = bundle.resolve("log");
        var run = builder(version2, "run", "--detach", "--bundle", bundle.toString(), name)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        assertThat(run.waitFor()).as(Files.readString(log)).isZero();
        var state = said(version2, "state", name);
        return new RuncContainer(name, version2, Long.parseLong(state.replaceAll("(?s).*\"pid\": (\\d+).*", "$1")));
    }

    private static ProcessBuilder builder(boolean version2, String... command) {
        var all = new ArrayList<>(version2 ? WITH_VERSION_2 : List.of("runc"));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true);
    }

    private static String said(boolean version2, String... command) throws IOException {
        var process = builder(version2, command).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.onExit().join();
        return said.strip();
    }

    /** What a shell says that runs something in the container. */
    String inside(String script) throws IOException {
        return said(version2, "exec", name, "sh", "-c", script);
    }

    /** Opens a device in the container and keeps it open. */
    Held hold(String device) throws IOException {
        var script =
                "exec 3< %s; echo open; read go; dd bs=16 count=1 of=/dev/null <&3 && echo works".formatted(device);
        var shell = builder(version2, "exec", name, "sh", "-c", script).start();
        assertThat(shell.inputReader().readLine()).isEqualTo("open");
        return new Held(shell);
    }

    /** A shell that has a device open. */
    record Held(Process shell) implements AutoCloseable {
        /** Whether it can still read; can be asked once. */
        boolean reads() throws IOException {
            shell.outputWriter().write("go\n");
            shell.outputWriter().flush();
            return shell.inputReader().lines().toList().contains("works");
        }

        @Override
        public void close() {
            shell.destroy();
        }
    }

    @Override
    public void close() throws IOException {
        said(version2, "delete", "--force", name);
    }
}
