package io.smarter.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that write one after the other, as fast as they are answered. */
final class Load {
    private static final Duration WARM = Duration.ofSeconds(3);

    private Load() {}

    /** A client with a connection of its own. */
    interface Client extends AutoCloseable {
        /** Writes one new thing; it is durable when this returns. */
        void write(long number) throws IOException;

        @Override
        void close();
    }

    /** Makes clients. */
    interface Dial {
        Client dial() throws IOException;
    }

    /**
     * @param perSecond writes of all clients together
     * @param perCpuSecond writes for each second of the server's processor time
     */
    record Result(int clients, double perSecond, double perCpuSecond, Percentiles latency) {}

    /** What some clients at a time get, after a while that is not counted. */
    static Result run(Server server, Dial dial, int clients, Duration duration, AtomicLong numbers)
            throws IOException, InterruptedException {
        var open = new ArrayList<Client>();
        try {
            for (int i = 0; i < clients; i++) open.add(dial.dial());
            write(open, WARM, numbers);
            var before = server.used();
            long begun = System.nanoTime();
            var latencies = write(open, duration, numbers);
            double seconds = (System.nanoTime() - begun) / 1e9;
            double processor = server.used().minus(before).toMillis() / 1e3;
            return new Result(
                    clients, latencies.size() / seconds, latencies.size() / processor, Percentiles.of(latencies));
        } finally {
            open.forEach(Client::close);
        }
    }

    private static List<Duration> write(List<Client> clients, Duration duration, AtomicLong numbers)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        var work = new ArrayList<Callable<List<Duration>>>();
        for (var client : clients) work.add(() -> write(client, end, numbers));
        var all = new ArrayList<Duration>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(work)) all.addAll(done.get());
        } catch (ExecutionException e) {
            throw new IOException("a client failed: " + e.getCause(), e);
        }
        return all;
    }

    private static List<Duration> write(Client client, long end, AtomicLong numbers) throws IOException {
        var latencies = new ArrayList<Duration>();
        for (long now = System.nanoTime(); now < end; ) {
            client.write(numbers.incrementAndGet());
            long after = System.nanoTime();
            latencies.add(Duration.ofNanos(after - now));
            now = after;
        }
        return latencies;
    }
}
