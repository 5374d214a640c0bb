package io.smarter.bench;

import io.smarter.linux.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that runs for a measurement, in a process of its own, and what it takes. */
final class Server implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOK_AGAIN_MILLIS = 5;

    private final String name;
    private final Process process;

    private Server(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Whether a server answers. */
    interface Ready {
        boolean is() throws IOException;
    }

    static Server start(String name, List<String> command, Ready ready) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var server = new Server(name, process);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(ready)) {
            if (process.isAlive() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
                continue;
            }
            server.close();
            throw new IOException("%s does not answer: %s".formatted(name, command));
        }
        return server;
    }

    private static boolean answers(Ready ready) {
        try {
            return ready.is();
        } catch (IOException e) {
            return false;
        }
    }

    String name() {
        return name;
    }

    /** Processor time that it has used so far. */
    Duration used() throws IOException {
        return Processes.used(process.pid());
    }

    /** Its resident memory, in bytes. */
    long resident() throws IOException {
        return Processes.residentBytes(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
