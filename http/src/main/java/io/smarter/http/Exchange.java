package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * One request and its answer, over HTTP/1.1 or HTTP/2. Used by one thread, but for its streams, whose two directions
 * may be used by one thread each. Exactly one of {@link #respond}, {@link #stream}, {@link #webSocket}, {@link #upgrade}
 * and {@link #duplex} answers it.
 */
public interface Exchange {
    String method();

    /** The path without query, still percent-encoded. */
    String path();

    /** The query's parameters, decoded. */
    Query query();

    Headers headers();

    /** The client's certificate chain, verified, its own first; empty when it gave none. */
    List<X509Certificate> peer();

    /**
     * The client's chain when all that is wrong with it is that the client's own certificate expired; else empty. Never
     * says who may do something: it is for the one who renews certificates.
     */
    default List<X509Certificate> expiredPeer() {
        return List.of();
    }

    /** The client's address, for logs. */
    String remote();

    /** The request's body; reading it is what lets the client send more. */
    InputStream body();

    /**
     * The whole request body, which must come within the server's time for that; so must the rest of it, if it is too long.
     *
     * @throws BodyTooLargeException if it is longer than the limit; at most that much is ever held
     */
    byte[] body(int limit) throws IOException;

    /** Answers with a whole body. */
    void respond(int status, Headers headers, byte[] body) throws IOException;

    /**
     * Answers with a body of unknown length. What is written is on its way after {@code flush}; writing blocks while the
     * client reads slower and throws when it is gone. Closing it ends the answer.
     */
    OutputStream stream(int status, Headers headers) throws IOException;

    /** As {@link #stream}, for what a client must keep up with: writing throws as well when it takes nothing for a while. */
    default OutputStream feed(int status, Headers headers) throws IOException {
        return stream(status, headers);
    }

    /**
     * Leaves an answer that was begun by {@link #feed} or {@link #webSocket} to a source, and lets the handler return: from
     * then on no thread is needed. What comes before was written and flushed by the handler, which writes no more.
     */
    void leaveTo(Feed.Source source);

    /** Whether the request asks for the WebSocket protocol (RFC 6455 §4.1). */
    boolean wantsWebSocket();

    /** Answers by switching to WebSocket (HTTP/1.1 only). */
    WebSocket webSocket(String subprotocol) throws IOException;

    /** Answers 101 and hands over the connection's bytes (HTTP/1.1 {@code Upgrade}, RFC 9110 §7.8). */
    Duplex upgrade(String protocol, Headers headers) throws IOException;

    /** Answers with a status and hands over request and response body as one two-way stream (HTTP/2 only). */
    Duplex duplex(int status, Headers headers) throws IOException;
}
