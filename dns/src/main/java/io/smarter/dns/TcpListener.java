package io.smarter.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Takes connections at one address, RFC 7766, no more than it may. */
final class TcpListener implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final long BREATH_MILLIS = 100;

    private final ServerSocket server;
    private final Answers answers;
    private final Limits limits;
    private final Complaints complaints;
    private final Map<InetAddress, Integer> perClient = new HashMap<>();
    private final Set<TcpConnection> open = new HashSet<>();

    private TcpListener(ServerSocket server, Answers answers, Limits limits, Complaints complaints) {
        this.server = server;
        this.answers = answers;
        this.limits = limits;
        this.complaints = complaints;
    }

    static TcpListener open(InetSocketAddress address, Answers answers, Limits limits, Complaints complaints)
            throws IOException {
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
            return new TcpListener(server, answers, limits, complaints);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen at %s by TCP: %s".formatted(address, e.getMessage()), e);
        }
    }

    void start() {
        Thread.ofVirtual().name("dns-tcp").start(this::run);
    }

    private void run() {
        while (!server.isClosed()) {
            try {
                take(server.accept());
            } catch (IOException | RuntimeException e) {
                if (server.isClosed()) return;
                complaints.add("TCP at " + server.getLocalSocketAddress(), e);
                breathe();
            }
        }
    }

    private void take(Socket socket) throws IOException {
        var connection = new TcpConnection(socket, answers, limits, this::ended);
        boolean welcome;
        synchronized (this) {
            int others = perClient.getOrDefault(socket.getInetAddress(), 0);
            welcome =
                    open.size() < limits.connections() && others < limits.connectionsPerClient() && !server.isClosed();
            if (welcome) {
                open.add(connection);
                perClient.put(socket.getInetAddress(), others + 1);
            }
        }
        if (welcome) connection.start();
        else socket.close();
    }

    private synchronized void ended(TcpConnection connection) {
        if (open.remove(connection))
            perClient.computeIfPresent(connection.address(), (_, count) -> count == 1 ? null : count - 1);
    }

    private static void breathe() {
        try {
            TimeUnit.MILLISECONDS.sleep(BREATH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Set<TcpConnection> left;
        synchronized (this) {
            left = Set.copyOf(open);
        }
        left.forEach(TcpConnection::close);
    }
}
