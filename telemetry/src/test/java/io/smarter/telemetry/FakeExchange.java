package io.smarter.telemetry;

import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Feed;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.http.WebSocket;
import io.smarter.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/** One request in memory, and what was answered. */
final class FakeExchange implements Exchange {
    private final String method;
    private final String target;
    private final Headers headers;
    private final List<X509Certificate> peer;
    private final InputStream body;
    private final OutputStream stream;

    int status;
    byte[] answer = new byte[0];

    FakeExchange(String method, String target, Headers headers, List<X509Certificate> peer, byte[] body) {
        this(method, target, headers, peer, new ByteArrayInputStream(body), OutputStream.nullOutputStream());
    }

    FakeExchange(
            String method,
            String target,
            Headers headers,
            List<X509Certificate> peer,
            InputStream body,
            OutputStream stream) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.peer = peer;
        this.body = body;
        this.stream = stream;
    }

    Json json() {
        return Json.parse(answer);
    }

    String text() {
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return target.replaceFirst("\\?.*", "");
    }

    @Override
    public Query query() {
        int mark = target.indexOf('?');
        return Query.parse(mark < 0 ? "" : target.substring(mark + 1));
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
    public String remote() {
        return "test";
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public byte[] body(int limit) throws IOException {
        var bytes = body.readNBytes(limit + 1);
        if (bytes.length > limit) throw new BodyTooLargeException(limit);
        return bytes;
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) {
        this.status = status;
        this.answer = body;
    }

    @Override
    public OutputStream stream(int status, Headers headers) {
        this.status = status;
        return stream;
    }

    @Override
    public void leaveTo(Feed.Source source) {
        throw new UnsupportedOperationException();
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
    public Duplex upgrade(String protocol, Headers headers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duplex duplex(int status, Headers headers) {
        throw new UnsupportedOperationException();
    }
}
