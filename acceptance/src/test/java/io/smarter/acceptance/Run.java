package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Runs commands as a user would, from the root of the checkout. */
final class Run {
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private final Map<String, String> environment = new HashMap<>();

    /** Skips a test, saying why, on a machine without kubectl. */
    static void needKubectl() {
        assumeThat(Path.of("/usr/bin/kubectl"))
                .as("kubectl 1.28 or newer in /usr/bin, which Debian 12 does not have")
                .isExecutable();
    }

    Run with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** How a command ended. */
    record Result(List<String> command, int status, String out, String err) {
        /** Its output, once it is seen to have succeeded. */
        String ok() {
            assertThat(status)
                    .as("%s%n%s%s", String.join(" ", command), out, err)
                    .isZero();
            return out;
        }
    }

    /** Runs a command with nothing on its standard input. */
    Result run(String... command) throws IOException, InterruptedException {
        return run("", command);
    }

    /** Runs a command with a text on its standard input. */
    Result run(String input, List<String> command) throws IOException, InterruptedException {
        return run(input, command.toArray(String[]::new));
    }

    Result feed(String input, String... command) throws IOException, InterruptedException {
        return run(input, command);
    }

    private Result run(String input, String[] command) throws IOException, InterruptedException {
        var process = start(command);
        var out = new StringBuilder();
        var err = new StringBuilder();
        var readers = List.of(drain(process.getInputStream(), out), drain(process.getErrorStream(), err));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the command ended without reading its input, which its status tells better than we could
        }
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still running after 5 minutes: " + String.join(" ", command));
        }
        for (var reader : readers) reader.join();
        return new Result(List.of(command), process.exitValue(), out.toString(), err.toString());
    }

    /** Starts a command and leaves it running. */
    Process start(String... command) throws IOException {
        var builder = new ProcessBuilder(command).directory(HOME.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Thread drain(java.io.InputStream stream, StringBuilder into) {
        return Thread.ofVirtual().start(() -> {
            try {
                into.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                into.append(e);
            }
        });
    }

    /** Waits until a condition holds; the time it may take is generous since these machines are shared. */
    static void until(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) throw new AssertionError("not within %s: %s".formatted(patience, what));
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
