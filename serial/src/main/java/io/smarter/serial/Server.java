package io.smarter.serial;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Serves all connections with one thread. */
final class Server implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final SerialSettings settings;
    private final Journal journal;
    private final Selector selector;
    private final Device device;
    private final Sharing sharing;
    private final List<Client> clients = new ArrayList<>();
    private final byte[] bytes;
    private boolean more;
    private volatile boolean closed;
    private final ServerSocketChannel listen;
    private final @Nullable ServerSocketChannel tap;

    /** Listens from now on. */
    Server(SerialSettings settings, Journal journal) throws IOException {
        this.settings = settings;
        this.journal = journal;
        bytes = new byte[Math.min(Device.ROOM, settings.readerBuffer())]; // no more at once than a reader keeps
        selector = Selector.open();
        device = new Device(settings.device(), settings.line(), settings.resetOnOpen(), journal, selector::wakeup);
        var seat = new WriterSeat(settings.writer(), settings.idleWriterNanos());
        sharing = new Sharing(device, seat, journal, settings.resetOnOpen());
        listen = listen(settings.listen());
        tap = settings.tap() == null ? null : listen(settings.tap());
    }

    private ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        var channel = ServerSocketChannel.open();
        try {
            channel.bind(address, BACKLOG);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(address + ": " + e.getMessage(), e);
        }
    }

    Device device() {
        return device;
    }

    int listenPort() throws IOException {
        return ((InetSocketAddress) listen.getLocalAddress()).getPort();
    }

    /** Where plain bytes are to be had; -1 for nowhere. */
    int tapPort() throws IOException {
        return tap == null ? -1 : ((InetSocketAddress) tap.getLocalAddress()).getPort();
    }

    /** Serves until it is closed. */
    void run() throws IOException {
        try (selector;
                listen;
                tap) {
            while (!closed) {
                long pause = pause();
                if (pause == Long.MAX_VALUE) selector.select();
                else if (pause <= 0) selector.selectNow();
                else selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(pause)));
                turn();
            }
        } finally {
            for (var client : List.copyOf(clients)) leave(client);
        }
    }

    private void turn() throws IOException {
        long now = System.nanoTime();
        sharing.isResetting(now);
        int count = device.take(bytes);
        more = count == bytes.length;
        accept(listen); // whoever was connected before these bytes came gets them
        if (tap != null) accept(tap);
        for (var client : clients) client.arrived(bytes, count, now);
        tellChanges();
        for (var key : selector.selectedKeys()) if (key.attachment() instanceof Client client) client.readable();
        selector.selectedKeys().clear();
        for (var client : List.copyOf(clients)) {
            if (!serve(client, now)) leave(client);
        }
    }

    private void tellChanges() {
        if (device.takeLinesChanged()) {
            int lines = device.line().lines();
            for (var session : sharing.sessions()) session.linesAre(lines);
        }
        int errors = device.takeErrors();
        if (errors != 0) for (var session : sharing.sessions()) session.errors(errors);
    }

    private static boolean serve(Client client, long now) {
        try {
            return client.serve(now);
        } catch (IOException _) {
            return false; // the connection is gone
        }
    }

    private void leave(Client client) {
        clients.remove(client);
        client.close();
    }

    /** One place more than for readers is kept for who may be the writer. */
    private void accept(ServerSocketChannel server) throws IOException {
        boolean plain = server.equals(tap);
        for (SocketChannel channel; (channel = server.accept()) != null; ) {
            if (clients.size() >= settings.readers() + (plain ? 0 : 1)) {
                journal.say(channel.getRemoteAddress().toString().substring(1) + " is refused: " + clients.size()
                        + " are connected");
                channel.close();
            } else {
                add(channel, plain);
            }
        }
    }

    private void add(SocketChannel channel, boolean plain) throws IOException {
        try {
            channel.configureBlocking(false);
            var key = channel.register(selector, SelectionKey.OP_READ);
            var client = new Client(channel, key, settings, journal, plain ? null : sharing);
            key.attach(client);
            clients.add(client);
        } catch (IOException e) {
            channel.close(); // it was gone at once
        }
    }

    private long pause() {
        long now = System.nanoTime();
        long pause = more ? 0 : Long.MAX_VALUE;
        for (var client : clients) pause = Math.min(pause, client.pause(now));
        return Math.min(pause, sharing.pause(now));
    }

    /** Has the thread that serves end all connections, now or when it begins. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
