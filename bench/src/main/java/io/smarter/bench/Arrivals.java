package io.smarter.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is waited for by name, and what has arrived with the time at which it did. Safe for use by many threads. */
final class Arrivals<T> {
    /** Something that arrived. */
    record Arrival<T>(T what, Instant at) {}

    private final Map<String, CompletableFuture<Arrival<T>>> expected = new ConcurrentHashMap<>();
    private volatile @Nullable IOException failure;

    void expect(String name) {
        var future = new CompletableFuture<Arrival<T>>();
        expected.put(name, future);
        var failed = failure;
        if (failed != null) future.completeExceptionally(failed);
    }

    void arrive(String name, T what) {
        var now = Instant.now();
        var future = expected.get(name);
        if (future != null) future.complete(new Arrival<>(what, now));
    }

    /** Nothing will arrive any more. */
    void fail(IOException e) {
        failure = e;
        expected.values().forEach(future -> future.completeExceptionally(e));
    }

    /** Waits for what was expected, and expects it no longer. */
    Arrival<T> await(String name, Duration most) throws IOException, InterruptedException {
        var future = expected.get(name);
        if (future == null) throw new IllegalStateException(name + ": is not expected");
        try {
            return future.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("%s: did not come within %d s".formatted(name, most.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        } finally {
            expected.remove(name);
        }
    }
}
