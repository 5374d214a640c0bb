package io.smarter.cli;

import io.smarter.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program of ours in the background. Its folder holds {@code pid} (process number and start time, so that a number
 * that was given to another process since is not taken for it) and {@code log}.
 */
record Daemon(String name, Path folder) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    Path log() {
        return folder.resolve("log");
    }

    private Path pidFile() {
        return folder.resolve("pid");
    }

    /** The running process, if there is one. */
    Optional<ProcessHandle> process() throws IOException {
        if (!Files.exists(pidFile())) return Optional.empty();
        var words = Files.readString(pidFile()).strip().split(" ");
        if (words.length != 2) return Optional.empty();
        return ProcessHandle.of(Long.parseLong(words[0]))
                .filter(process -> !Processes.hasEnded(process))
                .filter(process -> startOf(process).equals(words[1]));
    }

    /** The program itself: what runs, unless that is a shell that waits for it. */
    Optional<ProcessHandle> program() throws IOException {
        return process()
                .map(started ->
                        started.children().filter(Daemon::isJava).findFirst().orElse(started));
    }

    /** Also one whose file was replaced since, which the kernel adds to its name. */
    private static boolean isJava(ProcessHandle process) {
        return process.info()
                .command()
                .filter(path -> path.endsWith("/java") || path.endsWith("/java (deleted)"))
                .isPresent();
    }

    /** Starts a program in a session of its own, so that it outlives this command and its terminal. */
    ProcessHandle start(List<String> command) throws IOException {
        Files.createDirectories(folder);
        var detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(command);
        var process = new ProcessBuilder(detached)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .redirectErrorStream(true)
                .start()
                .toHandle();
        try {
            note(process);
        } catch (IOException e) {
            process.destroy(); // nobody would find it again
            throw e;
        }
        return process;
    }

    private void note(ProcessHandle process) throws IOException {
        var temporary = pidFile().resolveSibling("pid.new");
        Files.writeString(temporary, process.pid() + " " + startOf(process) + "\n");
        Files.move(temporary, pidFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Asks the program to end and waits until it has; kills it when it takes longer than 20 seconds. */
    boolean stop() throws IOException, InterruptedException {
        return stop(PATIENCE);
    }

    /** Asks the program to end and waits until it has; kills it when it takes longer than it may. */
    boolean stop(Duration patience) throws IOException, InterruptedException {
        var running = process();
        var program = program();
        if (running.isPresent()) Processes.stop(running.get(), patience);
        if (program.isPresent() && !Processes.hasEnded(program.get())) Processes.stop(program.get(), Duration.ZERO);
        Files.deleteIfExists(pidFile());
        return running.isPresent();
    }

    /** The last lines of its log, for messages about a program that did not start. */
    String lastLines(int count) throws IOException {
        if (!Files.exists(log())) return "";
        var lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    private static String startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(start -> Long.toString(start.toEpochMilli()))
                .orElse("?");
    }
}
