package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, on a channel of its own whose reads and writes obey the stream's flow control.
 * A channel a stream costs some 4 KiB more than bare streams would, and saves a second implementation of everything that
 * {@link NettyWire} promises.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyHttp2 extends ChannelInboundHandlerAdapter implements NettyWire {
    private static final Set<String> CONNECTION_FIELDS =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

    private final NettyEndpoint endpoint;
    private final NettyPeer peer;
    private final Channel channel;
    private final NettyInput input;
    private final NettyGate gate;
    private @Nullable NettyExchange exchange;
    private @Nullable ChannelFuture last; // of what was written, on the event loop
    private @Nullable NettyFrames straight;
    private boolean finished;

    NettyHttp2(NettyEndpoint endpoint, NettyPeer peer, Channel channel) {
        this.endpoint = endpoint;
        this.peer = peer;
        this.channel = channel;
        this.input = new NettyInput(channel::read);
        this.gate = new NettyGate(channel);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case Http2HeadersFrame frame when exchange == null -> begin(frame);
            case Http2HeadersFrame frame when frame.isEndStream() -> ended();
            case Http2DataFrame frame -> {
                input.offer(frame.content());
                if (frame.isEndStream()) ended();
            }
            default -> ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (input.hasRoom()) context.read();
    }

    private void ended() {
        input.end();
        if (exchange != null) exchange.bodyCame();
    }

    private void begin(Http2HeadersFrame frame) {
        var method = frame.headers().method();
        var target = frame.headers().path();
        if (method == null || target == null || endpoint.closing()) {
            reset(endpoint.closing() ? Http2Error.REFUSED_STREAM : Http2Error.PROTOCOL_ERROR);
            return;
        }
        try {
            if (frame.isEndStream()) input.end();
            var headers = headers(frame.headers());
            var request = NettyRequest.of(method.toString(), target.toString(), headers, peer);
            exchange = new NettyExchange(request, this, endpoint);
            if (target.length() > endpoint.config().maxUri()) exchange.refuse(414, "URI Too Long");
            else exchange.startWithBody(channel.eventLoop());
        } catch (IllegalArgumentException e) {
            reset(Http2Error.PROTOCOL_ERROR);
        }
    }

    private static Headers headers(Http2Headers from) {
        var headers = new Headers();
        from.forEach(field -> {
            var name = field.getKey().toString();
            if (!name.startsWith(":")) headers.add(name, field.getValue().toString());
        });
        var authority = from.authority();
        if (authority != null && headers.first("host") == null) headers.add("host", authority.toString());
        return headers;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) disconnected("the client cancelled the request");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        disconnected("the client is gone");
    }

    private void disconnected(String how) {
        gate.close();
        if (exchange != null && !finished) exchange.disconnected(how);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        gate.signal();
        if (exchange != null) exchange.signal();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.getLogger("io.smarter.http")
                .log(System.Logger.Level.DEBUG, () -> "stream of " + peer.address() + " broke: " + cause);
        reset(cause instanceof io.netty.handler.codec.http2.Http2Exception e ? e.error() : Http2Error.INTERNAL_ERROR);
        context.close();
    }

    @Override
    public NettyInput input() {
        return input;
    }

    @Override
    public void sendContinue() {
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("100"), false));
    }

    @Override
    public void answer(int status, Headers headers, ByteBuf body, boolean end) {
        var fields = new DefaultHttp2Headers().status(Integer.toString(status));
        headers.forEach((name, value) -> {
            if (!CONNECTION_FIELDS.contains(name)) fields.add(name, value);
        });
        fields.set("date", endpoint.date());
        boolean bare = !body.isReadable();
        channel.eventLoop().execute(() -> {
            last = channel.write(new DefaultHttp2HeadersFrame(fields, end && bare));
            if (!bare) last = channel.write(new DefaultHttp2DataFrame(body, end));
            channel.flush();
        });
    }

    @Override
    public void data(ByteBuf bytes, boolean end) {
        var written = channel.writeAndFlush(new DefaultHttp2DataFrame(bytes, end));
        if (end) channel.eventLoop().execute(() -> last = written);
    }

    @Override
    public void part(byte[] bytes) {
        if (straight == null) straight = NettyFrames.of(channel);
        if (!straight.write(bytes)) channel.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), false));
    }

    @Override
    public void flush() {
        if (straight != null) straight.flush();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public EventExecutor executor() {
        return channel.eventLoop();
    }

    @Override
    public void awaitWritable(long deadline) throws IOException {
        gate.await(deadline);
    }

    @Override
    public void switchProtocol(Headers headers) {
        throw new IllegalStateException("HTTP/2 has no Upgrade");
    }

    @Override
    public boolean multiplexed() {
        return true;
    }

    @Override
    public void abort() {
        reset(Http2Error.CANCEL); // closing its channel alone tells nothing to a client that has sent all of its
        // request
        channel.close();
    }

    /**
     * Tells a client that still sends that nobody needs it (RFC 9113 §8.1). What waits for one that gives us no window is
     * held for a while only.
     */
    @Override
    public void finish() {
        channel.eventLoop().execute(() -> {
            finished = true;
            if (!input.ended()) reset(Http2Error.NO_ERROR);
            if (last == null || last.isDone()) return;
            var end = channel.eventLoop()
                    .schedule(
                            () -> reset(Http2Error.CANCEL),
                            endpoint.config().transferTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
            last.addListener(_ -> end.cancel(false));
        });
    }

    private void reset(Http2Error error) {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(error));
    }
}
