package io.smarter.network;

import io.smarter.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A network namespace that a test made, in which it can run commands and open sockets. */
record TestNetns(String name) {
    static TestNetns make(String name) throws Exception {
        run("", "ip", "netns", "add", name);
        return new TestNetns(name);
    }

    /** Runs a command in it; fails when the command does. */
    String exec(String... command) throws Exception {
        return execWith("", command);
    }

    /** Runs a command that reads an input. */
    String execWith(String input, String... command) throws Exception {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return run(input, all.toArray(String[]::new));
    }

    /** Calls in it, on a thread of its own. Sockets that are opened stay there. */
    <T> T call(Callable<T> task) throws Exception {
        return new NetworkNamespace(Path.of("/run/netns", name)).call(task);
    }

    void delete() throws Exception {
        run("", "ip", "netns", "del", name);
    }

    static String run(String input, String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + output + "\n" + input);
        return output;
    }
}
