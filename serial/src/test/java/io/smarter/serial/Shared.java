package io.smarter.serial;

import io.smarter.linux.PseudoTerminal;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A pseudo-terminal that is shared by a server in this process, on ports of the loopback; the device is a link to it. */
final class Shared implements AutoCloseable {
    static final int PATIENCE_MS = 20_000;

    final Path link;
    final Server server;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    PseudoTerminal far = PseudoTerminal.open();

    Shared(Path folder, String... options) throws IOException {
        link = Files.createSymbolicLink(folder.resolve("port"), far.device());
        var all = new ArrayList<>(List.of("--device=" + link, "--listen=127.0.0.1:0", "--tap=127.0.0.1:0"));
        all.addAll(List.of(options));
        server = new Server(SerialSettings.of(all), new Journal(lines::add, System::nanoTime));
        start(() -> {
            try {
                server.device().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        start(server::run);
        awaitLine(line -> line.contains(": open, "));
    }

    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /** The next line of the log that fits; those before it are forgotten. */
    String awaitLine(Predicate<String> wanted) {
        try {
            for (String line; (line = lines.poll(PATIENCE_MS, TimeUnit.MILLISECONDS)) != null; )
                if (wanted.test(line)) return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("no such line was logged");
    }

    Plain telnet() throws IOException {
        return new Plain(server.listenPort());
    }

    Plain tap() throws IOException {
        return new Plain(server.tapPort());
    }

    /** Takes the device away, with the link to it. */
    void unplug() throws IOException {
        Files.delete(link);
        far.close();
    }

    /** Brings another, under the same link. */
    void plugIn() throws IOException {
        far = PseudoTerminal.open();
        Files.createSymbolicLink(link, far.device());
    }

    /** What the device got, as soon as it is so much. */
    byte[] received(int length) throws IOException {
        var received = new ByteArrayOutputStream();
        while (received.size() < length) {
            var some = far.read(PATIENCE_MS);
            if (some.length == 0) throw new AssertionError("the device got " + received.size() + " bytes only");
            received.writeBytes(some);
        }
        return received.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.forEach(Thread::interrupt);
        far.close();
    }

    /** A TCP connection without any protocol. */
    static final class Plain implements AutoCloseable {
        final Socket socket;

        Plain(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MS);
        }

        void send(int... values) throws IOException {
            socket.getOutputStream().write(TelnetParserTest.bytes(values));
        }

        byte[] read(int length) throws IOException {
            var read = socket.getInputStream().readNBytes(length);
            if (read.length < length) throw new EOFException("ended after " + Arrays.toString(read));
            return read;
        }

        /** Reads on until some bytes have come. */
        void readUntil(int... wanted) throws IOException {
            var last = new byte[wanted.length];
            var pattern = TelnetParserTest.bytes(wanted);
            while (!Arrays.equals(last, pattern)) {
                int next = socket.getInputStream().read();
                if (next < 0) throw new EOFException("ended before " + Arrays.toString(wanted));
                System.arraycopy(last, 1, last, 0, last.length - 1);
                last[last.length - 1] = (byte) next;
            }
        }

        /** Ends the connection. */
        void leave() throws IOException {
            socket.close();
        }

        /** Whether nothing comes for a moment. */
        boolean isSilent() throws IOException {
            socket.setSoTimeout(200);
            try {
                return socket.getInputStream().read() == -2;
            } catch (SocketTimeoutException _) {
                return true;
            } finally {
                socket.setSoTimeout(PATIENCE_MS);
            }
        }

        @Override
        public void close() throws IOException {
            leave();
        }
    }
}
