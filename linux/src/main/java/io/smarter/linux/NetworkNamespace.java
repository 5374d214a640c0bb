package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A network namespace, network_namespaces(7), as a file such as those below {@code /run/netns}. */
public record NetworkNamespace(Path file) {
    /**
     * Runs something in the namespace, on a thread of its own that ends with it: no thread of anybody's is ever in the wrong
     * one. Sockets that it opens, platform threads and processes that it starts are of the namespace and stay so.
     *
     * @throws IOException if the namespace can't be entered, or the work was interrupted
     * @throws ExecutionException with what the work threw
     */
    public <T> T call(Callable<T> work) throws IOException, ExecutionException {
        int namespace = NativeCalls.open(file);
        try {
            return call(namespace, work);
        } finally {
            NativeCalls.close(namespace);
        }
    }

    /** The same where the file is open already. */
    <T> T call(int namespace, Callable<T> work) throws IOException, ExecutionException {
        var task = new FutureTask<>(() -> {
            NativeCalls.enterNetwork(namespace, file);
            return work.call();
        });
        Thread.ofPlatform().name("netns").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + file, e);
        }
    }
}
