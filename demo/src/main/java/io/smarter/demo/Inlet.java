package io.smarter.demo;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Receives lines on a Unix socket, from several senders at once. */
final class Inlet implements AutoCloseable {
    static final int MAX_LINE = 8 << 10;
    private static final int MAX_SENDERS = 8;

    private final ServerSocketChannel server;
    private final Consumer<byte[]> lines;
    private final Semaphore senders = new Semaphore(MAX_SENDERS);

    private Inlet(ServerSocketChannel server, Consumer<byte[]> lines) {
        this.server = server;
        this.lines = lines;
    }

    /** Listens on a socket; the name is taken over from a predecessor in one step, however that one ended. */
    static Inlet listen(Path socket, Consumer<byte[]> lines) throws IOException {
        Files.createDirectories(socket.toAbsolutePath().getParent());
        var temporary = socket.resolveSibling(socket.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(temporary));
        Files.move(temporary, socket, StandardCopyOption.ATOMIC_MOVE);
        return new Inlet(server, lines);
    }

    /** Serves until it is closed. */
    void run() throws IOException, InterruptedException {
        while (server.isOpen()) {
            senders.acquire();
            try {
                var sender = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(sender));
            } catch (ClosedChannelException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel sender) {
        try (sender) {
            var in = new LineReader(Channels.newInputStream(sender), MAX_LINE);
            for (byte[] line; (line = in.next()) != null; ) lines.accept(line);
        } catch (IOException e) {
            // the sender is gone; it connects again
        } finally {
            senders.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
