package io.smarter.dns;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

/** Takes queries at one address by UDP, on one thread. */
final class UdpListener implements AutoCloseable {
    private static final int LARGEST_QUERY = 4096;
    private static final long BREATH_MILLIS = 100;

    private final DatagramChannel channel;
    private final InetSocketAddress address;
    private final Answers answers;
    private final Complaints complaints;
    private final ByteBuffer out = ByteBuffer.allocateDirect(Protocol.LARGEST_UDP);
    private final Thread thread;

    private UdpListener(DatagramChannel channel, Answers answers, Complaints complaints) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.answers = answers;
        this.complaints = complaints;
        thread = Thread.ofPlatform().daemon().name("dns-udp").unstarted(this::run);
    }

    static UdpListener open(InetSocketAddress address, Answers answers, Complaints complaints) throws IOException {
        var family =
                address.getAddress() instanceof Inet4Address ? INET : INET6; // of both at once costs each packet time
        var channel = DatagramChannel.open(family);
        try {
            return new UdpListener(channel.bind(address), answers, complaints);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen at %s by UDP: %s".formatted(address, e.getMessage()), e);
        }
    }

    void start() {
        thread.start();
    }

    InetSocketAddress address() {
        return address;
    }

    private void run() {
        var bytes = new byte[LARGEST_QUERY];
        var buffer = ByteBuffer.allocateDirect(LARGEST_QUERY);
        var desk = new Desk();
        while (channel.isOpen()) {
            try {
                buffer.clear();
                var sender = (InetSocketAddress) channel.receive(buffer);
                int length = buffer.flip().remaining();
                buffer.get(bytes, 0, length);
                answers.take(bytes, length, new Sender(sender), desk);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                complaints.add("UDP at " + address, e);
                breathe();
            }
        }
    }

    /** An interface that is going away may fail many times in a row. */
    private static void breathe() {
        try {
            TimeUnit.MILLISECONDS.sleep(BREATH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void send(byte[] answer, int length, InetSocketAddress to) throws IOException {
        if (Thread.currentThread() == thread)
            channel.send(out.clear().put(answer, 0, length).flip(), to);
        else channel.send(ByteBuffer.wrap(answer, 0, length), to);
    }

    private final class Sender implements Client {
        private final InetSocketAddress to;

        private Sender(InetSocketAddress to) {
            this.to = to;
        }

        @Override
        public InetAddress address() {
            return to.getAddress();
        }

        @Override
        public int limit(Query query) {
            return query.udpLimit();
        }

        @Override
        public void send(byte[] answer, int length) {
            try {
                UdpListener.this.send(answer, length, to);
            } catch (IOException | RuntimeException e) {
                // as lost on its way: the client asks again
            }
        }

        @Override
        public void refuse() {
            // without an answer
        }
    }
}
