package io.smarter.gateway;

import java.io.IOException;
import java.util.List;

/** Tools of the system, started from argument lists. */
final class Command {
    private Command() {}

    /**
     * Runs a tool to its end.
     *
     * @return what it printed
     * @throws IOException if it cannot be started or its status is not 0; says what it printed
     */
    static String run(List<String> command, String input) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/local/sbin:/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        var process = builder.start();
        try (var stdin = process.outputWriter()) {
            stdin.write(input);
        } catch (IOException _) {
            // it ended without reading all; its status says whether that was well
        }
        var printed = process.inputReader().readAllAsString();
        int status = process.waitFor();
        if (status == 0) return printed;
        throw new IOException("%s: status %d: %s".formatted(String.join(" ", command), status, printed.strip()));
    }
}
