package io.smarter.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection beside its streams: limits, farewell, and signs of life. A peer that was silent for the idle time
 * is pinged, and given up when it stays silent as long again. One that has opened no stream within the idle time, and has
 * none, is sent away, whatever else it said: half a header, or that it is alive.
 *
 * <p>While what we wrote waits for the peer nothing more is read from it, so that answers cannot pile up.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyHttp2Connection extends ChannelInboundHandlerAdapter {
    private static final int MAX_STREAMS = 1000;
    private static final int STREAM_WINDOW = 256 << 10;
    private static final int MAX_FLUSHES = 256;
    private static final int CONNECTION_WINDOW = 4 << 20;
    private static final int MAX_RESETS = 1000;
    private static final int RESET_SECONDS = 10;

    private final Http2FrameCodec codec;
    private final NettyEndpoint endpoint;
    private final FloodGuard flood = new FloodGuard();
    private @Nullable Future<?> look;
    private int newest;
    private boolean pinged;

    private NettyHttp2Connection(Http2FrameCodec codec, NettyEndpoint endpoint) {
        this.codec = codec;
        this.endpoint = endpoint;
    }

    static void install(ChannelPipeline pipeline, NettyEndpoint endpoint, NettyPeer peer) {
        var settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(endpoint.config().maxHeaders());
        var codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_SECONDS)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_SECONDS)
                .gracefulShutdownTimeoutMillis(endpoint.config().drainTimeout().toMillis())
                .build();
        var streams = new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream.pipeline().addLast(new NettyHttp2(endpoint, peer, stream));
            }
        };
        // one write to the socket for the events that many of its watches get together
        var flushes = new FlushConsolidationHandler(MAX_FLUSHES, true);
        pipeline.addLast(flushes, codec, new Http2MultiplexHandler(streams), new NettyHttp2Connection(codec, endpoint));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.write(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW), context.voidPromise());
        context.flush();
        lookLater(context);
    }

    private void lookLater(ChannelHandlerContext context) {
        look = context.executor()
                .schedule(() -> look(context), endpoint.config().idleTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext context) {
        int last = codec.connection().remote().lastStreamCreated();
        boolean idle = last == newest && codec.connection().numActiveStreams() == 0;
        newest = last;
        if (idle) context.close();
        else lookLater(context);
    }

    /** What comes here belongs to no stream: settings, pings, priorities. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        try {
            flood.count();
        } catch (Http2Exception e) {
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (look != null) look.cancel(false);
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            if (pinged) {
                context.close();
            } else {
                pinged = true;
                context.writeAndFlush(new DefaultHttp2PingFrame(0));
            }
        } else if (event == NettyEndpoint.Closing.NOW) {
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        pinged = false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.getLogger("io.smarter.http").log(System.Logger.Level.DEBUG, () -> "HTTP/2 connection broke: " + cause);
        // what broke the protocol's rules the codec tells the peer, and closes
        if (!(cause instanceof io.netty.handler.codec.http2.Http2Exception)) context.close();
    }
}
