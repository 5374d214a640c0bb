package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request on a connection of ours in the server role. */
final class Http2Exchange implements Exchange {
    private static final System.Logger LOG = System.getLogger("io.smarter.http");

    private final Http2Stream stream;
    private final Http2Head head;
    private final String path;
    private final @Nullable String query;
    private boolean answered;

    Http2Exchange(Http2Stream stream, Http2Head head) {
        this.stream = stream;
        this.head = head;
        var target = head.path == null ? "/" : head.path;
        int mark = target.indexOf('?');
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.query = mark < 0 ? null : target.substring(mark + 1);
        if (head.authority != null && head.headers.first("host") == null) head.headers.add("host", head.authority);
    }

    /** Runs the handler and ends the stream, in whatever state it left it. */
    void serve(Handler handler) {
        try {
            handler.handle(this);
            if (!answered) throw new IllegalStateException("handler gave no answer");
            stream.finish();
        } catch (Exception | Error e) {
            if (!stream.failed())
                LOG.log(System.Logger.Level.WARNING, () -> "request failed: " + method() + " " + path, e);
            giveUp();
        }
    }

    private void giveUp() {
        try {
            if (answered) {
                stream.abort(Http2Error.INTERNAL_ERROR);
                return;
            }
            respond(500, Headers.of("content-type", "text/plain"), "internal error\n".getBytes(StandardCharsets.UTF_8));
            stream.finish();
        } catch (IOException _) {
            stream.abort(Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public String method() {
        return head.method == null ? "" : head.method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Query query() {
        return Query.parse(query);
    }

    @Override
    public Headers headers() {
        return head.headers;
    }

    /** None: whoever wraps the transport knows who is at its other end. */
    @Override
    public List<X509Certificate> peer() {
        return List.of();
    }

    @Override
    public String remote() {
        return "h2 stream " + stream.id();
    }

    @Override
    public InputStream body() {
        return stream.in();
    }

    @Override
    public byte[] body(int limit) throws IOException {
        return stream.body(limit);
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        boolean counted = status >= 200 && status != 204 && status != 304 && headers.first("content-length") == null;
        boolean empty = body.length == 0 || method().equals("HEAD") || status == 204 || status == 304;
        answer(status, headers, counted ? body.length : -1, empty);
        if (empty) return;
        try (var out = stream.out()) {
            out.write(body);
        }
    }

    @Override
    public OutputStream stream(int status, Headers headers) throws IOException {
        boolean empty = method().equals("HEAD");
        answer(status, headers, -1, empty);
        return empty ? OutputStream.nullOutputStream() : stream.out();
    }

    @Override
    public void leaveTo(Feed.Source source) {
        throw new UnsupportedOperationException("a stream of this server needs its thread");
    }

    @Override
    public boolean wantsWebSocket() {
        return false;
    }

    @Override
    public WebSocket webSocket(String subprotocol) {
        throw new UnsupportedOperationException("WebSocket needs HTTP/1.1");
    }

    @Override
    public Duplex upgrade(String protocol, Headers headers) {
        throw new UnsupportedOperationException("Upgrade needs HTTP/1.1");
    }

    @Override
    public Duplex duplex(int status, Headers headers) throws IOException {
        answer(status, headers, -1, false);
        return stream;
    }

    private void answer(int status, Headers headers, int contentLength, boolean end) throws IOException {
        if (answered) throw new IllegalStateException("request has been answered already");
        answered = true;
        var code = Integer.toString(status);
        String[] pseudo = contentLength < 0
                ? new String[] {":status", code}
                : new String[] {":status", code, "content-length", Integer.toString(contentLength)};
        stream.answer(pseudo, headers, end);
    }
}
