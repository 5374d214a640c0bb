package io.smarter.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whole messages both ways (RFC 6455). Pings are answered by the implementation. One thread may receive while others send. */
public interface WebSocket extends AutoCloseable {
    /** How long a message may be, in bytes; a longer one closes the connection with status 1009. */
    int MAX_MESSAGE = 1 << 20;

    /** The next message, text or binary, or null when the peer closed. */
    byte @Nullable [] receive() throws IOException;

    /** Sends a binary message; blocks while the peer reads slower. */
    void send(byte[] message) throws IOException;

    /** Sends a text message; blocks while the peer reads slower. */
    void sendText(byte[] utf8) throws IOException;

    /** What {@link #send} or {@link #sendText} writes, for who sends it as part of a {@link Feed}. */
    byte[] encoded(byte[] message, boolean text);

    /** What {@link #close()} writes, if that was not called. */
    byte[] farewell();

    /** Closes with a status code (RFC 6455 §7.4) and a reason. */
    void close(int code, String reason) throws IOException;

    @Override
    void close() throws IOException;
}
