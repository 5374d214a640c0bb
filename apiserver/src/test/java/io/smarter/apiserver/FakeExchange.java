package io.smarter.apiserver;

import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Feed;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.http.WebSocket;
import io.smarter.json.Json;
import io.smarter.testkit.TestLane;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request in memory, and what was answered. */
final class FakeExchange implements Exchange {
    private final String method;
    private final String path;
    private final Query query;
    private final Headers headers;
    private final byte[] request;
    private final ByteArrayInputStream body;
    private final List<X509Certificate> peer;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private final ByteArrayOutputStream streamed = new ByteArrayOutputStream();

    volatile int status;
    volatile Headers answerHeaders = new Headers();
    volatile byte[] answer = new byte[0];
    volatile boolean ended;

    /** The client's chain where it has expired. */
    volatile List<X509Certificate> expired = List.of();

    FakeExchange(String method, String target, Headers headers, byte[] request, List<X509Certificate> peer) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = Query.parse(question < 0 ? null : target.substring(question + 1));
        this.headers = headers;
        this.request = request;
        this.body = new ByteArrayInputStream(request);
        this.peer = peer;
    }

    /** How much of the request's body was left lying. */
    int unread() {
        return body.available();
    }

    /** The answer as JSON. */
    Json.Obj json() {
        return (Json.Obj) Json.parse(answer);
    }

    /** The answer as text. */
    String text() {
        return new String(answer, StandardCharsets.UTF_8);
    }

    /** The next line of a stream; waits for it a while. */
    Json.Obj line() throws InterruptedException {
        var line = lines.poll(10, TimeUnit.SECONDS);
        if (line == null) throw new AssertionError("no line came within 10 s");
        return (Json.Obj) Json.parse(line);
    }

    /** The next line of a stream, or null when there is none now. */
    @Nullable
    String lineNow() {
        return lines.poll();
    }

    /** All that was streamed. */
    byte[] streamed() {
        synchronized (streamed) {
            return streamed.toByteArray();
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Query query() {
        return query;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public List<X509Certificate> peer() {
        return peer;
    }

    @Override
    public List<X509Certificate> expiredPeer() {
        return expired;
    }

    @Override
    public String remote() {
        return "test";
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public byte[] body(int limit) throws IOException {
        if (request.length > limit) throw new BodyTooLargeException(limit);
        return request;
    }

    @Override
    public void respond(int code, Headers fields, byte[] body) {
        if (status != 0) throw new IllegalStateException("answered twice: " + status + ", then " + code);
        answerHeaders = fields;
        answer = body;
        status = code;
    }

    private void flushed(byte[] bytes) {
        synchronized (streamed) {
            streamed.writeBytes(bytes);
        }
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(lines::add);
    }

    /** The handler's thread goes on as the feed's lane. */
    @Override
    public void leaveTo(Feed.Source source) {
        try {
            new TestLane(this::flushed).run(source);
            ended = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public OutputStream stream(int code, Headers fields) {
        if (status != 0) throw new IllegalStateException("answered twice: " + status + ", then " + code);
        answerHeaders = fields;
        status = code;
        return new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() {
                flushed(toByteArray());
                reset();
            }

            @Override
            public void close() {
                flush();
                ended = true;
            }
        };
    }

    @Override
    public boolean wantsWebSocket() {
        return false;
    }

    @Override
    public WebSocket webSocket(String subprotocol) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duplex upgrade(String protocol, Headers fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duplex duplex(int code, Headers fields) {
        throw new UnsupportedOperationException();
    }
}
