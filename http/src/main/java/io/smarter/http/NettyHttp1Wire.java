package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One exchange on an HTTP/1.1 connection. What the exchange's threads ask for is done on the event loop, in order. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyHttp1Wire implements NettyWire {
    private static final byte[] CRLF = {'\r', '\n'};

    private final ChannelHandlerContext context;
    private final NettyHttp1 connection;
    private final NettyEndpoint endpoint;
    private final NettyInput input;
    private final NettyGate gate;
    private final NettyRecords records;
    private final boolean old;
    private final boolean expecting;
    private @Nullable NettyExchange exchange;
    private volatile boolean keepAlive;
    private volatile boolean receiving = true;
    private volatile boolean switched;
    private volatile boolean chunked;
    private boolean continued;
    private boolean finished;

    NettyHttp1Wire(ChannelHandlerContext context, NettyHttp1 connection, HttpRequest head, NettyEndpoint endpoint) {
        this.context = context;
        this.connection = connection;
        this.endpoint = endpoint;
        this.input = new NettyInput(context::read);
        this.records = context.pipeline().get(NettyRecords.class);
        this.gate = new NettyGate(context.channel());
        this.old = head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
        this.expecting = HttpUtil.is100ContinueExpected(head);
        this.keepAlive = HttpUtil.isKeepAlive(head) && !endpoint.closing();
    }

    void attach(NettyExchange owner) {
        exchange = owner;
    }

    boolean receiving() {
        return receiving;
    }

    void received() {
        receiving = false;
        input.end();
        if (exchange != null) exchange.bodyCame();
    }

    boolean keepAlive() {
        return keepAlive;
    }

    void keepAlive(boolean keep) {
        keepAlive = keep;
    }

    boolean finished() {
        return finished;
    }

    boolean switched() {
        return switched;
    }

    void signal() {
        gate.signal();
        if (exchange != null) exchange.signal();
    }

    void disconnected() {
        gate.close();
        if (exchange != null && !finished) exchange.disconnected("the client is gone");
    }

    @Override
    public NettyInput input() {
        return input;
    }

    @Override
    public void sendContinue() {
        if (!old)
            run(() -> {
                continued = true;
                context.writeAndFlush(
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER),
                        context.voidPromise());
            });
    }

    @Override
    public void answer(int status, Headers headers, ByteBuf body, boolean end) {
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        headers.forEach(response.headers()::add);
        response.headers().set(HttpHeaderNames.DATE, endpoint.date());
        boolean unsized = !end && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        chunked = unsized && !old;
        if (chunked) HttpUtil.setTransferEncodingChunked(response, true);
        run(() -> {
            // Whether the client still sends the body after a final answer is its choice (RFC 9110 §10.1.1).
            if (unsized && old || expecting && !continued && receiving) keepAlive = false;
            if (!keepAlive) response.headers().set(HttpHeaderNames.CONNECTION, "close");
            context.write(response, context.voidPromise());
            if (end) context.write(new DefaultLastHttpContent(body), context.voidPromise());
            else if (body.isReadable()) context.write(new DefaultHttpContent(body), context.voidPromise());
            context.flush();
        });
    }

    @Override
    public void data(ByteBuf bytes, boolean end) {
        if (switched) {
            if (bytes.isReadable()) context.writeAndFlush(bytes, context.voidPromise());
            if (end) run(this::halfClose);
        } else if (end) {
            context.writeAndFlush(
                    bytes.isReadable() ? new DefaultLastHttpContent(bytes) : LastHttpContent.EMPTY_LAST_CONTENT,
                    context.voidPromise());
        } else {
            context.writeAndFlush(new DefaultHttpContent(bytes), context.voidPromise());
        }
    }

    @Override
    public void part(byte[] bytes) {
        boolean straight = chunked && !switched && bytes.length > 0;
        if (straight && records.write(chunkHead(bytes.length), bytes, CRLF)) return;
        var whole = Unpooled.wrappedBuffer(bytes);
        context.write(switched ? whole : new DefaultHttpContent(whole), context.voidPromise());
    }

    /** A chunk's length (RFC 9112 §7.1). */
    private static byte[] chunkHead(int length) {
        return (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void flush() {
        records.flush();
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public EventExecutor executor() {
        return context.executor();
    }

    private void halfClose() {
        var tls = context.pipeline().get(SslHandler.class);
        if (tls != null) tls.closeOutbound(); // it has gone with its connection otherwise
    }

    @Override
    public void awaitWritable(long deadline) throws IOException {
        gate.await(deadline);
    }

    /** The codec goes in the same task that writes the 101, so no byte of the new protocol can reach it. */
    @Override
    public void switchProtocol(Headers headers) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        headers.forEach(response.headers()::add);
        switched = true;
        input.reopen();
        run(() -> {
            context.writeAndFlush(response, context.voidPromise());
            context.pipeline().remove(HttpServerCodec.class);
            context.read();
        });
    }

    @Override
    public boolean multiplexed() {
        return false;
    }

    @Override
    public void abort() {
        run(context::close);
    }

    @Override
    public void finish() {
        run(() -> {
            finished = true;
            if (switched) context.close();
            else connection.finished(context, this);
        });
    }

    private void run(Runnable task) {
        if (context.executor().inEventLoop()) task.run();
        else context.executor().execute(task);
    }
}
