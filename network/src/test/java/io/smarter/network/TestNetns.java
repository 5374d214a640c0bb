package io.smarter.network;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A network namespace that a test made, in which it can run commands and open sockets. */
record TestNetns(String name) {
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SETNS =
            function("setns", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final int NEWNET = 0x40000000;

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
        var inside = new FutureTask<>(() -> {
            try (var arena = Arena.ofConfined()) {
                int file = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
                int result = (int) SETNS.invokeExact(file, NEWNET);
                int closed = (int) CLOSE.invokeExact(file);
                if (result != 0 || closed != 0) throw new IOException("cannot enter " + name);
            } catch (Throwable e) {
                throw new IOException(e);
            }
            return task.call();
        });
        Thread.ofPlatform().start(inside);
        return inside.get();
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

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(address, type);
    }
}
