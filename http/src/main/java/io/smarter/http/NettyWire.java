package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;

/**
 * The channel side of one exchange: where HTTP/1.1 and HTTP/2 differ. Called by the exchange's threads; every call
 * keeps its place in the order of its thread.
 */
interface NettyWire {
    /** The request's body, or the connection's bytes after {@link #switchProtocol}. */
    NettyInput input();

    /** Tells the client to send its body (RFC 9110 §10.1.1). */
    void sendContinue();

    /** Sends status and fields, and all of the body if it is at hand; {@code end} says that nothing follows. */
    void answer(int status, Headers headers, ByteBuf body, boolean end);

    /** Sends a part of the body. */
    void data(ByteBuf bytes, boolean end);

    /** Sends a part of the body, which nobody changes, with the next {@link #flush}; on the event loop only, as those below. */
    void part(byte[] bytes);

    void flush();

    /** Whether the client takes more. */
    boolean isWritable();

    /** Of the event loop. */
    EventExecutor executor();

    /**
     * Blocks while the client reads slower than we write.
     *
     * @param deadline by when it must have taken what waits, in {@link System#nanoTime}; 0 for never
     * @throws IOException if it has not, or is gone
     */
    void awaitWritable(long deadline) throws IOException;

    /** Answers 101; from here on {@link #data} and {@link #input} carry the connection's bytes. */
    void switchProtocol(Headers headers) throws IOException;

    boolean multiplexed();

    /** Ends the exchange before its time, in both directions. */
    void abort();

    /** The handler has returned and the answer is complete. */
    void finish();
}
