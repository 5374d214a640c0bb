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

    /** Lets some clients at a time write without counting. */
    static void warm(Dial dial, int clients, Duration duration, AtomicLong numbers)
            throws IOException, InterruptedException {
        try (var open = Clients.dial(dial, clients)) {
            write(open.clients, duration, numbers);
        }
    }

    /** What some clients at a time get. */
    static Result run(Server server, Dial dial, int clients, Duration duration, AtomicLong numbers)
            throws IOException, InterruptedException {
        try (var open = Clients.dial(dial, clients)) {
            var before = server.used();
            long begun = System.nanoTime();
            var latencies = write(open.clients, duration, numbers);
            double seconds = (System.nanoTime() - begun) / 1e9;
            double processor = server.used().minus(before).toMillis() / 1e3;
            return new Result(
                    clients, latencies.size() / seconds, latencies.size() / processor, Percentiles.of(latencies));
        }
    }

    /** Clients that are closed together. */
    private record Clients(List<Client> clients) implements AutoCloseable {
        static Clients dial(Dial dial, int count) throws IOException {
            var open = new Clients(new ArrayList<>());
            try {
                for (int i = 0; i < count; i++) open.clients.add(dial.dial());
                return open;
            } catch (IOException e) {
                open.close();
                throw e;
            }
        }

        @Override
        public void close() {
            clients.forEach(Client::close);
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
