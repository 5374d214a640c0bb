package io.smarter.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Sends lines to a Unix socket; connects again whenever that is needed, and meanwhile keeps the newest lines. */
final class Outlet {
    private static final int MAX_BYTES = 512 << 10;
    private static final int MAX_BATCH = 16 << 10;
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 2000;

    private final Path socket;
    private final LineBuffer waiting = new LineBuffer(MAX_BYTES);

    Outlet(Path socket) {
        this.socket = socket;
    }

    void send(byte[] line) {
        waiting.add(line);
    }

    /** Sends until it is interrupted. */
    void run() throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        while (!Thread.interrupted()) {
            try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                Demo.say("connected to " + socket.getFileName());
                pause = FIRST_PAUSE_MS;
                pump(channel);
            } catch (IOException e) {
                if (pause == FIRST_PAUSE_MS)
                    Demo.say(socket.getFileName() + ": " + e.getMessage() + "; " + waiting.state());
                Thread.sleep(pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
            }
        }
    }

    private void pump(SocketChannel channel) throws IOException, InterruptedException {
        var out = new BufferedOutputStream(Channels.newOutputStream(channel), MAX_BATCH);
        while (true) {
            var lines = waiting.take(MAX_BATCH);
            try {
                for (var line : lines) out.write(line);
                out.flush();
            } catch (IOException e) {
                waiting.putBack(lines);
                throw e;
            }
        }
    }
}
