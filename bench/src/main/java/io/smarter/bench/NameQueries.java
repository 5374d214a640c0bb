package io.smarter.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Clients of a name server that ask for addresses by UDP: each has some queries under way, and asks the next one for each answer. */
final class NameQueries {
    private static final int LARGEST = 4096;
    private static final int RCODE = 0x0f;

    /** How long an answer is waited for before it counts as lost. */
    private static final int PATIENCE_MILLIS = 1000;

    private final InetSocketAddress server;
    private final List<byte[]> queries;

    NameQueries(InetSocketAddress server, List<String> names) {
        this.server = server;
        queries = names.stream().map(NameQueries::query).toList();
    }

    /**
     * What the clients got together.
     *
     * @param perCpuSecond answers for each second of the server's processor time
     */
    record Result(double perSecond, double perCpuSecond, Duration p50, Duration p99, long lost) {}

    /** Asks for every name once, so that a server knows it. */
    void askAll() throws IOException {
        try (var client = new Client(1)) {
            for (int i = 0; i < queries.size(); i++) client.askOnce(i);
        }
    }

    Result run(Server of, int clients, int underWay, Duration time) throws IOException, InterruptedException {
        var work = new ArrayList<Callable<Client>>();
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; i < clients; i++) {
            int seed = i;
            work.add(() -> {
                try (var client = new Client(seed)) {
                    client.run(underWay, end);
                    return client;
                }
            });
        }
        var all = new Latencies();
        long lost = 0;
        long begun = System.nanoTime();
        var used = of.used();
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (var done : threads.invokeAll(work)) {
                all.add(done.get().latencies);
                lost += done.get().lost;
            }
        } catch (ExecutionException e) {
            throw new IOException("a client of %s failed: %s".formatted(of.name(), e.getCause()), e);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        double processor = Math.max(0.01, of.used().minus(used).toMillis() / 1e3);
        return new Result(all.total() / seconds, all.total() / processor, all.percentile(50), all.percentile(99), lost);
    }

    /** One socket. */
    private final class Client implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket();
        private final Latencies latencies = new Latencies();
        private final long[] sentAt = new long[1 << 16];
        private final DatagramPacket in = new DatagramPacket(new byte[LARGEST], LARGEST);
        private final Random random;
        private long lost;
        private int id;

        Client(int seed) throws IOException {
            random = new Random(seed);
            socket.connect(server);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        void run(int underWay, long end) throws IOException {
            for (int i = 0; i < underWay; i++) ask(random.nextInt(queries.size()));
            while (System.nanoTime() < end) {
                try {
                    await();
                } catch (SocketTimeoutException e) {
                    lost++;
                }
                ask(random.nextInt(queries.size()));
            }
        }

        void askOnce(int name) throws IOException {
            ask(name);
            await();
        }

        private void ask(int name) throws IOException {
            id = id + 1 & 0xffff;
            var query = queries.get(name).clone();
            query[0] = (byte) (id >> 8);
            query[1] = (byte) id;
            sentAt[id] = System.nanoTime();
            socket.send(new DatagramPacket(query, query.length));
        }

        private void await() throws IOException {
            in.setLength(LARGEST);
            socket.receive(in);
            var answer = in.getData();
            latencies.add(System.nanoTime() - sentAt[(answer[0] & 0xff) << 8 | answer[1] & 0xff]);
            if ((answer[3] & RCODE) != 0 || answer[7] == 0)
                throw new IOException(
                        "%s answers with code %d and %d records".formatted(server, answer[3] & RCODE, answer[7]));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static byte[] query(String name) {
        var out = new ByteArrayOutputStream(64);
        out.writeBytes(new byte[] {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (var label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return out.toByteArray();
    }
}
