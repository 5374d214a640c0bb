package io.smarter.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question to one server: by UDP, and by TCP where the answer does not fit. Each has a port and an id of its own by chance, RFC 5452;
 * what is not the answer to it is passed over.
 */
final class Exchange {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LARGEST_ANSWER = 1 << 14;
    private static final int OPTION = 11;

    private final QuestionKey key;
    private final InetSocketAddress server;
    private final long deadline;
    private final MessageReader reader = new MessageReader();

    /**
     * Prepares it.
     *
     * @param nanos how long it may take
     */
    Exchange(QuestionKey key, InetSocketAddress server, long nanos) {
        this.key = key;
        this.server = server;
        deadline = System.nanoTime() + nanos;
    }

    /**
     * Asks.
     *
     * @throws IOException if no answer comes in time
     */
    Reply run() throws IOException {
        var reply = ask(true);
        boolean unknown = reply.rcode() == Protocol.FORMERR || reply.rcode() == Protocol.NOTIMP;
        return unknown && !reply.extended() ? ask(false) : reply; // RFC 6891 section 6.2.2
    }

    private Reply ask(boolean extended) throws IOException {
        var query = key.message(RANDOM.nextInt(1 << 16), extended);
        var reply = byUdp(query);
        return reply == null ? byTcp(query) : reply;
    }

    /** Gives null where the answer is cut off. */
    private @Nullable Reply byUdp(byte[] query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(query, query.length));
            var bytes = new byte[Protocol.LARGEST_UDP + 1];
            while (true) {
                socket.setSoTimeout(left());
                var packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                if (!isFor(query, bytes, packet.getLength())) continue;
                if ((bytes[2] << 8 & Protocol.TC) != 0 || packet.getLength() > Protocol.LARGEST_UDP) return null;
                var reply = read(bytes, packet.getLength());
                if (reply != null) return reply;
            }
        }
    }

    private Reply byTcp(byte[] query) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, left());
            var frame = new byte[2 + query.length];
            frame[1] = (byte) query.length;
            frame[0] = (byte) (query.length >> 8);
            System.arraycopy(query, 0, frame, 2, query.length);
            socket.getOutputStream().write(frame);
            var head = readFully(socket, 2);
            int length = (head[0] & 0xff) << 8 | head[1] & 0xff;
            if (length > LARGEST_ANSWER)
                throw new IOException(
                        "%s answers with %d bytes; %d are taken".formatted(server, length, LARGEST_ANSWER));
            var bytes = readFully(socket, length);
            var reply = isFor(query, bytes, length) ? read(bytes, length) : null;
            if (reply == null) throw new IOException("%s answers something else".formatted(server));
            return reply;
        }
    }

    private byte[] readFully(Socket socket, int count) throws IOException {
        var bytes = new byte[count];
        var in = socket.getInputStream();
        for (int filled = 0; filled < count; ) {
            socket.setSoTimeout(left());
            int more = in.read(bytes, filled, count - filled);
            if (more < 0) throw new IOException("%s hangs up".formatted(server));
            filled += more;
        }
        return bytes;
    }

    private int left() throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left < 1) throw new SocketTimeoutException("%s does not answer".formatted(server));
        return (int) left;
    }

    /** Whether a message says that it answers this query. */
    private boolean isFor(byte[] query, byte[] bytes, int length) {
        int question = query.length - Protocol.HEADER - (query[11] == 0 ? 0 : OPTION);
        return length >= Protocol.HEADER
                && bytes[0] == query[0]
                && bytes[1] == query[1]
                && (bytes[2] & 0xf8) == 0x80
                && reader.over(bytes, length).sameBytes(Protocol.HEADER, query, Protocol.HEADER, question);
    }

    private @Nullable Reply read(byte[] bytes, int length) {
        try {
            return Reply.read(reader.over(bytes, length));
        } catch (MalformedException e) {
            return null;
        }
    }
}
