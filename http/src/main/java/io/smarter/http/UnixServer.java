package io.smarter.http;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers HTTP/2 with prior knowledge on a Unix socket, for programs of the same machine. Costs one waiting virtual thread
 * as long as nobody connects.
 */
public final class UnixServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.http");
    private static final int LONGEST_PATH = 107;
    private static final int MOST_CONNECTIONS = 512;

    private final Path socket;
    private final ServerSocketChannel channel;
    private final Handler handler;
    private final Set<Http2Connection> connections = ConcurrentHashMap.newKeySet();

    private UnixServer(Path socket, ServerSocketChannel channel, Handler handler) {
        this.socket = socket;
        this.channel = channel;
        this.handler = handler;
    }

    /**
     * Listens on a socket, which is made.
     *
     * @throws IOException if there is something of that name already, or the path is too long for a socket
     */
    public static UnixServer listen(Path socket, Handler handler) throws IOException {
        if (socket.toString().length() > LONGEST_PATH)
            throw new IOException("socket %s: the path may have at most %d characters".formatted(socket, LONGEST_PATH));
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw new IOException("socket %s: %s".formatted(socket, e.getMessage()), e);
        }
        var server = new UnixServer(socket, channel, handler);
        Thread.ofVirtual().name("accept " + socket).start(server::accept);
        return server;
    }

    /** Ends all connections and removes the socket. */
    @Override
    public void close() throws IOException {
        channel.close();
        connections.forEach(Http2Connection::close);
        Files.deleteIfExists(socket);
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                serve(channel.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "socket {0} takes no more connections: {1}", socket, e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel accepted) throws IOException {
        if (connections.size() >= MOST_CONNECTIONS) {
            accepted.close();
            return;
        }
        var connection = Http2Connection.server(new ChannelDuplex(accepted), handler);
        connections.add(connection);
        connection.onClose(() -> connections.remove(connection));
        if (!channel.isOpen()) connection.close();
    }
}
