package io.smarter.serial;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection. What the port says waits here in a ring of its own, of which the oldest is lost when the client is slower than
 * the port; neither the port nor others wait for it. Used by one thread.
 */
final class Client {
    private static final int CHUNK = 4096;
    /** The kernel would keep megabytes for who does not read. */
    private static final int SEND_BUFFER = 32 << 10;

    /** How long what a client sent before it left may wait for the port. */
    private static final long LAST_WORDS_NANOS = 10_000_000_000L;

    private static final long TELL_AGAIN_NANOS = 10_000_000_000L;
    private static final byte CR = 13;
    private static final byte LF = 10;
    private static final byte IAC = (byte) TelnetParser.IAC;

    private final String name;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Journal journal;
    private final ByteRing ring;
    private final RateLimit rate;
    private final @Nullable Session session;
    private final ByteBuffer in = ByteBuffer.allocate(TelnetParser.LONGEST_DATA);
    private final ByteBuffer out = ByteBuffer.allocate(CHUNK);
    private final byte[] some = new byte[CHUNK / 2];
    private boolean afterReturn;
    private long lost;
    private long lostTold;
    private long toldAt;
    private boolean readable;
    private boolean ended;
    private long endedAt;

    /** @param sharing null for one that gets plain bytes and says nothing */
    Client(SocketChannel channel, SelectionKey key, SerialSettings settings, Journal journal, @Nullable Sharing sharing)
            throws IOException {
        this.channel = channel;
        this.key = key;
        this.journal = journal;
        this.name = channel.getRemoteAddress().toString().substring(1);
        this.ring = new ByteRing(settings.readerBuffer());
        this.rate = new RateLimit(settings.readerRate(), System.nanoTime());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        this.session = sharing == null ? null : new Session(name, sharing, ring::clear);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Keeps what came from the port until the client takes it. */
    void arrived(byte[] bytes, int count, long now) {
        int forgotten = ring.push(bytes, count);
        if (forgotten == 0) return;
        lost += forgotten;
        if (session != null) session.errors(LineMarks.OVERRUN);
        if (lostTold > 0 && now - toldAt < TELL_AGAIN_NANOS) return;
        tellLost(now);
    }

    private void tellLost(long now) {
        journal.say(name + " is slow: " + lost + " bytes lost so far, the oldest first");
        lostTold = lost;
        toldAt = now;
    }

    /** There is something to be read, or its end. */
    void readable() {
        readable = true;
    }

    /**
     * Reads, does what was said and sends what there is, as far as that goes without waiting.
     *
     * @return false when the client is gone
     */
    boolean serve(long now) throws IOException {
        if (readable && !ended && channel.read(in) < 0) {
            ended = true;
            endedAt = now;
        }
        readable = false;
        if (session == null) in.clear();
        do {
            if (session != null) listen(session, now);
            flush(now);
        } while (session != null && in.position() > 0 && !session.isHeld() && !session.hasSaid());
        int interest = (in.hasRemaining() && !ended ? SelectionKey.OP_READ : 0)
                | (out.position() > 0 ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) key.interestOps(interest);
        boolean done = session == null || !session.isHeld() || now - endedAt >= LAST_WORDS_NANOS;
        return !(ended && done);
    }

    private void listen(Session to, long now) {
        in.flip();
        to.process(in, now);
        in.compact();
    }

    private void flush(long now) throws IOException {
        while (true) {
            fill(now);
            if (out.position() == 0) return;
            out.flip();
            channel.write(out);
            boolean full = out.hasRemaining();
            out.compact();
            if (full) return;
        }
    }

    /** Answers first; bytes of the port as many as fit, however many of them are doubled. */
    private void fill(long now) {
        if (out.position() > 0) return;
        if (session != null && session.hasSaid()) {
            var said = session.takeSaid();
            out.put(said, 0, Math.min(said.length, out.remaining()));
        }
        int most = Math.min(wanted(now), session == null ? some.length : (out.remaining() - 1) / 2);
        int count = ring.peek(some, Math.min(most, some.length));
        if (session == null) out.put(some, 0, count);
        else for (int at = 0; at < count; at++) escape(some[at], session.binary());
        ring.skip(count);
        rate.take(count);
    }

    private int wanted(long now) {
        return session != null && session.suspended() ? 0 : Math.max(0, rate.allowed(now));
    }

    /** RFC 854: 0xFF is doubled and, where not all is binary, a CR that ends no line is followed by NUL. */
    private void escape(byte b, boolean binary) {
        if (afterReturn && b != LF) out.put((byte) 0);
        afterReturn = b == CR && !binary;
        out.put(b);
        if (b == IAC) out.put(b);
    }

    /** How many nanoseconds until there may be something to do without news from anywhere. */
    long pause(long now) {
        long pause = ended ? Math.max(0, LAST_WORDS_NANOS - (now - endedAt)) : Long.MAX_VALUE;
        if (out.position() > 0) return pause;
        if (session != null && session.hasSaid()) return 0;
        if (session != null) pause = Math.min(pause, session.pause());
        boolean limited = ring.length() > 0 && (session == null || !session.suspended());
        return limited ? Math.min(pause, rate.pause()) : pause;
    }

    /** Ends it, whichever side wanted that. */
    void close() {
        if (lost > lostTold) tellLost(toldAt);
        if (session != null) session.close();
        try {
            channel.close();
        } catch (IOException e) {
            journal.say(name + ": " + e.getMessage());
        }
    }
}
