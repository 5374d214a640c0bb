package io.smarter.http;

import io.netty.channel.Channel;
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

/**
 * An HTTP/2 connection beside its streams: limits, farewell, and signs of life. A peer that was silent for the idle time
 * is pinged, and given up when it stays silent as long again; one without open streams is sent away at once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyHttp2Connection extends ChannelInboundHandlerAdapter {
    private static final int MAX_STREAMS = 1000;
    private static final int STREAM_WINDOW = 256 << 10;
    private static final int MAX_FLUSHES = 256;
    private static final int CONNECTION_WINDOW = 4 << 20;

    private final Http2FrameCodec codec;
    private boolean pinged;

    private NettyHttp2Connection(Http2FrameCodec codec) {
        this.codec = codec;
    }

    static void install(ChannelPipeline pipeline, NettyEndpoint endpoint, NettyPeer peer) {
        var settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(endpoint.config().maxHeaders());
        var codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
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
        pipeline.addLast(flushes, codec, new Http2MultiplexHandler(streams), new NettyHttp2Connection(codec));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.write(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW), context.voidPromise());
        context.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            if (pinged || codec.connection().numActiveStreams() == 0) {
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
        context.close();
    }
}
