package io.smarter.gateway;

import io.smarter.linux.Processes;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of the gateway's own containerd. It has a session of its own and so outlives the agent; the next agent
 * finds it by its command line, which names its configuration.
 */
final class ContainerdProcess {
    private static final long LONGEST_LOG = 4L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ContainerdFolders folders;

    ContainerdProcess(ContainerdFolders folders) {
        this.folders = folders;
    }

    /** The one that runs, whoever has started it. */
    Optional<ProcessHandle> running() throws IOException {
        var config = folders.config().toString();
        for (var process : Processes.all()) {
            var command = process.command();
            if (command.getFirst().endsWith("containerd") && command.contains(config))
                return ProcessHandle.of(process.pid());
        }
        return Optional.empty();
    }

    /** Starts one. */
    ProcessHandle start() throws IOException {
        rotateLog();
        // setsid replaces itself by containerd, so that the process that we start is containerd in the end.
        var builder = new ProcessBuilder(
                "setsid", "containerd", "--config", folders.config().toString());
        builder.environment().merge("PATH", "/usr/local/sbin:/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        return builder.directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folders.log().toFile()))
                .start()
                .toHandle();
    }

    /** Waits until a process has ended, and keeps its log short meanwhile. */
    void await(ProcessHandle process) throws InterruptedException {
        while (true) {
            try {
                process.onExit().get(1, TimeUnit.HOURS);
                return;
            } catch (TimeoutException _) {
                rotateLog();
            } catch (ExecutionException e) {
                throw new AssertionError("waiting for a process does not fail", e);
            }
        }
    }

    /** Ends one: asks first, then kills. */
    static void stop(ProcessHandle process) throws InterruptedException {
        Processes.stop(process, PATIENCE);
    }

    /** Ends one without asking. */
    static void kill(ProcessHandle process) throws InterruptedException {
        process.destroyForcibly();
        Processes.awaitEnd(process, PATIENCE);
    }

    /**
     * Kills what containerd leaves behind when it could not do so itself: the shims that report to our socket, and all
     * that runs below them.
     *
     * @return the ids of their sandboxes
     */
    List<String> killOrphans() throws IOException, InterruptedException {
        var socket = folders.socket().toString();
        var sandboxes = new ArrayList<String>();
        for (var process : Processes.all()) {
            var command = process.command();
            if (!command.getFirst().contains("containerd-shim") || !command.contains(socket)) continue;
            int id = command.indexOf("-id") + 1;
            if (id > 0 && id < command.size()) sandboxes.add(command.get(id));
            var shim = ProcessHandle.of(process.pid());
            if (shim.isPresent()) killFamily(shim.get());
        }
        return sandboxes;
    }

    /** The shim goes first, so that it reports nothing of what follows. */
    private static void killFamily(ProcessHandle shim) throws InterruptedException {
        var children = shim.descendants().toList();
        shim.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        for (var child : children) Processes.awaitEnd(child, PATIENCE);
        Processes.awaitEnd(shim, PATIENCE);
    }

    /** The end of the log, to say why it did not start. */
    String lastWords() {
        try {
            var lines = Files.readAllLines(folders.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** containerd appends to its log and never opens it again: the file is copied and then emptied. */
    private void rotateLog() {
        var log = folders.log();
        try {
            if (!Files.exists(log) || Files.size(log) < LONGEST_LOG) return;
            Files.copy(log, Path.of(log + ".1"), StandardCopyOption.REPLACE_EXISTING);
            try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            System.getLogger(ContainerdProcess.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot rotate " + log, e);
        }
    }
}
