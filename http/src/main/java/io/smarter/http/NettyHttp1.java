package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection: one exchange at a time, in the order of the requests. Runs on its event loop.
 *
 * <p>The channel is never read by itself, only when somebody has room: a request's body ({@link NettyInput#ROOM}), or
 * the connection when it waits for a request. One more read stays open behind a request so that a client that leaves is
 * noticed; what it brings of the next request waits in {@code pipelined}, at most one read's worth.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyHttp1 extends ChannelInboundHandlerAdapter {
    private static final long LINGER_MILLIS = 2000;
    private static final int MAX_DISCARD = 1 << 20;

    private final NettyEndpoint endpoint;
    private final NettyPeer peer;
    private final ArrayDeque<HttpObject> pipelined = new ArrayDeque<>(2);
    private @Nullable NettyHttp1Wire current;
    private @Nullable Future<?> deadline;
    private boolean lingering;
    private int discarded;

    NettyHttp1(NettyEndpoint endpoint, NettyPeer peer) {
        this.endpoint = endpoint;
        this.peer = peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (lingering) {
            discard(context, message);
        } else if (message instanceof ByteBuf bytes) {
            if (current != null) current.input().offer(bytes);
            else bytes.release();
        } else if (current == null) {
            begin(context, message);
        } else if (current.receiving() && message instanceof HttpContent content) {
            receive(context, current, content);
        } else if (message instanceof HttpObject next) {
            pipelined.add(next);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (current == null
                || lingering
                || pipelined.isEmpty() && current.input().hasRoom()) context.read();
    }

    private void begin(ChannelHandlerContext context, Object message) {
        cancelDeadline();
        if (!(message instanceof HttpRequest head)) {
            ReferenceCountUtil.release(message); // the end of a request that was refused
            return;
        }
        var failure = head.decoderResult().cause();
        if (failure != null) {
            refuse(context, failure);
            return;
        }
        try {
            var headers = new Headers();
            head.headers().forEach(field -> headers.add(field.getKey(), field.getValue()));
            boolean hostless =
                    headers.all("host").size() != 1 && head.protocolVersion().equals(HttpVersion.HTTP_1_1);
            if (hostless) throw new IllegalArgumentException("exactly one Host field is required");
            var request = NettyRequest.of(head.method().name(), head.uri(), headers, peer);
            var wire = new NettyHttp1Wire(context, this, head, endpoint);
            current = wire;
            var exchange = new NettyExchange(request, wire, endpoint);
            wire.attach(exchange);
            exchange.startWithBody(context.executor());
        } catch (IllegalArgumentException e) {
            refuse(context, e);
        }
    }

    private void receive(ChannelHandlerContext context, NettyHttp1Wire wire, HttpContent content) {
        var failure = content.decoderResult().cause();
        if (failure != null) {
            content.release();
            wire.input().fail(new IOException("malformed body", failure));
            wire.keepAlive(false);
            return;
        }
        discarded += wire.finished() ? content.content().readableBytes() : 0;
        wire.input().offer(content.content());
        if (content instanceof LastHttpContent) {
            wire.received();
            if (wire.finished()) next(context);
        } else if (discarded > MAX_DISCARD) {
            context.close();
        }
    }

    /** The current exchange is over: on to the next request, once the rest of this one's body is out of the way. */
    void finished(ChannelHandlerContext context, NettyHttp1Wire wire) {
        if (wire != current || !context.channel().isActive()) return;
        discarded = 0;
        if (!wire.keepAlive()) {
            linger(context, wire.receiving());
        } else if (wire.receiving()) {
            arm(context, LINGER_MILLIS);
            context.read();
        } else {
            next(context);
        }
    }

    private void next(ChannelHandlerContext context) {
        cancelDeadline();
        current = null;
        while (!pipelined.isEmpty() && (current == null || current.receiving()))
            channelRead(context, pipelined.remove());
        channelReadComplete(context);
    }

    private void refuse(ChannelHandlerContext context, Throwable why) {
        var status = switch (why) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                Unpooled.copiedBuffer(status.reasonPhrase() + "\n", StandardCharsets.US_ASCII));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response, context.voidPromise());
        linger(context, true);
    }

    /*
     * A socket that is closed while bytes of the client wait in it is reset, and the reset may overtake the answer. So
     * whoever is still sending is read, and ignored, for a short while.
     */
    private void linger(ChannelHandlerContext context, boolean sending) {
        lingering = true;
        pipelined.forEach(ReferenceCountUtil::release);
        pipelined.clear();
        if (!sending) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        discarded = 0;
        arm(context, LINGER_MILLIS);
        context.read();
    }

    private void discard(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content)
            discarded += content.content().readableBytes();
        boolean end = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (end || discarded > MAX_DISCARD)
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Bytes came; if no request is being answered, a header has begun. */
    void bytesCame(ChannelHandlerContext context) {
        if (current == null && deadline == null && !lingering)
            arm(context, endpoint.config().handshakeTimeout().toMillis());
    }

    private void arm(ChannelHandlerContext context, long millis) {
        cancelDeadline();
        deadline = context.executor().schedule(() -> context.close(), millis, TimeUnit.MILLISECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) deadline.cancel(false);
        deadline = null;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (current != null) current.signal();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelDeadline();
        pipelined.forEach(ReferenceCountUtil::release);
        pipelined.clear();
        if (current != null) current.disconnected();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            if (current != null && current.switched()) current.input().end();
            else context.close();
        } else if (event instanceof IdleStateEvent && (current == null || current.receiving())) {
            context.close(); // no request comes, or one whose body has stalled
        } else if (event == NettyEndpoint.Closing.NOW) {
            if (current == null) context.close();
            else current.keepAlive(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.getLogger("io.smarter.http")
                .log(System.Logger.Level.DEBUG, () -> "connection of " + peer.address() + " broke: " + cause);
        context.close();
    }
}
