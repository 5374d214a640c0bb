package io.smarter.http;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request on a virtual thread, from the handler's call to the end of its answer, or until it is left to a feed. */
final class NettyExchange implements Exchange, Runnable {
    private static final System.Logger LOG = System.getLogger("io.smarter.http");
    private static final int MAX_UPGRADE_BODY = 64 << 10;

    /** Room for a body whose length nobody announced. */
    private static final int FIRST_PART = 8 << 10;

    /** How long a thread is held back for its body, and how long the length of such a body is, written down. */
    private static final long MOMENT_MILLIS = 20;

    private static final int SHORT_DIGITS = 5;

    /** Beside the time that every answer has: 16 KiB a second. */
    private static final long NANOS_PER_BYTE = 1_000_000_000L / (16 << 10);

    private final NettyRequest request;
    private final NettyWire wire;
    private final NettyEndpoint endpoint;
    private volatile @Nullable Thread thread; // until the handler has returned
    private @Nullable Future<?> awaited; // its start, once the body is there; on the event loop
    private final AtomicBoolean answered = new AtomicBoolean();
    private boolean continueExpected;
    private volatile boolean lasting;
    private volatile boolean over;
    private volatile boolean gone;
    private @Nullable AutoCloseable open;
    private volatile @Nullable NettyFeed feed;

    NettyExchange(NettyRequest request, NettyWire wire, NettyEndpoint endpoint) {
        this.request = request;
        this.wire = wire;
        this.endpoint = endpoint;
        this.continueExpected =
                "100-continue".equalsIgnoreCase(request.headers().first("expect", ""));
    }

    /**
     * Starts it, but if its body is short and on its way when that is there: a thread that waited for it would take three
     * others to wake. To be called on the event loop.
     */
    void startWithBody(EventExecutor loop) {
        endpoint.started(this);
        var length = request.headers().first("content-length", "");
        boolean shortly = !continueExpected
                && !wire.input().ended()
                && !length.isEmpty()
                && length.length() <= SHORT_DIGITS
                && Integer.parseInt(length) <= NettyInput.ROOM;
        if (shortly) awaited = loop.schedule(this::start, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        else start();
    }

    /** The whole body is there. */
    void bodyCame() {
        if (awaited != null && awaited.cancel(false)) start();
    }

    private void start() {
        var own =
                Thread.ofVirtual().name(request.method() + " " + request.path()).unstarted(this);
        thread = own;
        own.start();
    }

    /** Answers without calling the handler. */
    void refuse(int status, String why) {
        answered.set(true);
        over = true;
        plain(status, why);
    }

    private void plain(int status, String text) {
        var body = Unpooled.wrappedBuffer((text + "\n").getBytes(StandardCharsets.UTF_8));
        var headers = Headers.of("content-type", "text/plain", "content-length", "" + body.readableBytes());
        wire.answer(status, headers, body, true);
        wire.finish();
    }

    /** The client is gone. */
    void disconnected(String how) {
        gone = true; // before a reader hears of it, and takes it for a fault
        wire.input().fail(new IOException(how));
        if (awaited != null && awaited.cancel(false)) over();
        interrupt();
    }

    void interrupt() {
        gone = true;
        var left = feed;
        var running = thread;
        if (left != null) left.interrupt();
        else if (running != null && !over) running.interrupt();
    }

    boolean isGone() {
        return gone;
    }

    /** The client takes more, or less, than before. */
    void signal() {
        var left = feed;
        if (left != null) left.signal();
    }

    /** Nothing more is to be answered. */
    void over() {
        over = true;
        wire.input().close();
        endpoint.ended(this);
    }

    /** Whether it is answered without a foreseeable end, as a watch is. */
    boolean lasting() {
        return lasting;
    }

    @Override
    public void run() {
        try {
            endpoint.handler().handle(this);
            if (feed == null) complete();
        } catch (Throwable e) {
            failed(e);
        } finally {
            thread = null;
            if (feed == null) over();
            else feed.begin();
        }
    }

    private void complete() throws Exception {
        if (!answered.get()) throw new IllegalStateException("the handler gave no answer");
        if (open != null) open.close();
        wire.finish();
    }

    private void failed(Throwable why) {
        int code = why instanceof BodyTooLargeException ? 413 : why instanceof BodyTooLateException ? 408 : 500;
        boolean clients = gone || code != 500 || answered.get() && why instanceof IOException;
        if (clients || why instanceof InterruptedException) LOG.log(DEBUG, () -> this + " ended: " + why);
        else LOG.log(WARNING, "request failed: " + this, why);
        if (feed != null) gone = true;
        else if (gone || !answered.compareAndSet(false, true)) wire.abort();
        else plain(code, code == 500 ? "internal error" : String.valueOf(why.getMessage()));
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public Query query() {
        return request.query();
    }

    @Override
    public Headers headers() {
        return request.headers();
    }

    @Override
    public List<X509Certificate> peer() {
        return request.peer().chain();
    }

    @Override
    public List<X509Certificate> expiredPeer() {
        return request.peer().expiredChain();
    }

    @Override
    public String remote() {
        return request.peer().address();
    }

    @Override
    public InputStream body() {
        if (continueExpected && !answered.get()) {
            continueExpected = false;
            wire.sendContinue();
        }
        return wire.input();
    }

    @Override
    public byte[] body(int limit) throws IOException {
        var announced = request.headers().first("content-length", "");
        if (announced.length() > 18 || !announced.isEmpty() && Long.parseLong(announced) > limit)
            throw new BodyTooLargeException(limit);
        wire.input().endBy(System.nanoTime() + patience());
        var in = body();
        var whole =
                new byte[announced.isEmpty() ? FIRST_PART : Integer.parseInt(announced) + 1]; // the end takes room too
        int size = 0;
        for (int count; (count = in.read(whole, size, whole.length - size)) >= 0; ) {
            size += count;
            if (size > limit) throw new BodyTooLargeException(limit);
            if (size == whole.length) whole = Arrays.copyOf(whole, Math.min(2 * size, limit + 1));
        }
        return Arrays.copyOf(whole, size);
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        answerOnce();
        long deadline = System.nanoTime() + patience() + body.length * NANOS_PER_BYTE;
        wire.awaitWritable(System.nanoTime() + patience());
        boolean bodiless = status == 204 || status == 304;
        var all = headers.copy();
        if (!bodiless && headers.first("content-length") == null) all.add("content-length", "" + body.length);
        if (bodiless || body.length == 0 || method().equals("HEAD")) {
            wire.answer(status, all, Unpooled.EMPTY_BUFFER, true);
            return;
        }
        int first = Math.min(body.length, NettyInput.ROOM);
        wire.answer(status, all, Unpooled.wrappedBuffer(body, 0, first), first == body.length);
        for (int at = first; at < body.length; ) {
            wire.awaitWritable(Math.min(deadline, System.nanoTime() + patience()));
            int count = Math.min(NettyInput.ROOM, body.length - at);
            wire.data(Unpooled.wrappedBuffer(body, at, count), at + count == body.length);
            at += count;
        }
    }

    @Override
    public OutputStream stream(int status, Headers headers) throws IOException {
        return stream(status, headers, 0);
    }

    @Override
    public OutputStream feed(int status, Headers headers) throws IOException {
        return stream(status, headers, patience());
    }

    @Override
    public void leaveTo(Feed.Source source) {
        if (open == null || feed != null || method().equals("HEAD"))
            throw new IllegalStateException("there is no answer to leave to a feed");
        if (open instanceof NettyOutput) wire.input().close(); // what else the client says is of no concern
        open = null;
        feed = new NettyFeed(this, wire, source, patience());
    }

    private long patience() {
        return endpoint.config().transferTimeout().toNanos();
    }

    private OutputStream stream(int status, Headers headers, long patience) throws IOException {
        answerOnce();
        wire.awaitWritable(System.nanoTime() + patience());
        lasting = true;
        boolean bodiless = method().equals("HEAD") || status == 204 || status == 304;
        wire.answer(status, headers, Unpooled.EMPTY_BUFFER, bodiless);
        var out = new NettyOutput(wire, bodiless, patience);
        open = out;
        return out;
    }

    @Override
    public boolean wantsWebSocket() {
        return !wire.multiplexed() && ServerWebSocket.asked(request);
    }

    @Override
    public WebSocket webSocket(String subprotocol) throws IOException {
        var accept = ServerWebSocket.acceptance(request.headers());
        if (accept == null) {
            respond(400, Headers.of("sec-websocket-version", "13"), new byte[0]);
            throw new IOException("bad WebSocket handshake");
        }
        var headers = Headers.of("sec-websocket-accept", accept);
        if (!subprotocol.isEmpty()) headers.add("sec-websocket-protocol", subprotocol);
        return new ServerWebSocket(upgrade("websocket", headers));
    }

    @Override
    public Duplex upgrade(String protocol, Headers headers) throws IOException {
        if (wire.multiplexed()) throw new IllegalStateException("HTTP/2 has no Upgrade");
        var rest = body();
        long count = 0;
        while (count <= MAX_UPGRADE_BODY && rest.read() >= 0) count++;
        if (count > MAX_UPGRADE_BODY) throw new BodyTooLargeException(MAX_UPGRADE_BODY);
        answerOnce();
        var all = Headers.of("connection", "Upgrade", "upgrade", protocol);
        headers.forEach(all::add);
        wire.switchProtocol(all);
        return twoWay();
    }

    @Override
    public Duplex duplex(int status, Headers headers) {
        if (!wire.multiplexed()) throw new IllegalStateException("two-way bodies need HTTP/2");
        body();
        answerOnce();
        wire.answer(status, headers, Unpooled.EMPTY_BUFFER, false);
        return twoWay();
    }

    private Duplex twoWay() {
        lasting = true;
        var duplex = new NettyDuplex(wire);
        open = duplex;
        return duplex;
    }

    private void answerOnce() {
        if (!answered.compareAndSet(false, true)) throw new IllegalStateException("the request is answered already");
    }

    @Override
    public String toString() {
        return method() + " " + path() + " of " + remote();
    }
}
