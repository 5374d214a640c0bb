package io.smarter.cri;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.smarter.cri.v1.VersionResponse;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers like a gRPC server, by an HTTP/2 that is not ours; the path says how. */
final class FakeRuntime implements AutoCloseable {
    private final Path socket;
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger connections = new AtomicInteger();

    private FakeRuntime(Path socket) {
        this.socket = socket;
    }

    static FakeRuntime listen(Path socket) {
        var runtime = new FakeRuntime(socket);
        var bootstrap = new ServerBootstrap()
                .group(runtime.loop)
                .channel(NioServerDomainSocketChannel.class)
                .childHandler(runtime.connection());
        runtime.channels.add(bootstrap
                .bind(UnixDomainSocketAddress.of(socket))
                .syncUninterruptibly()
                .channel());
        return runtime;
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        channels.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        Files.deleteIfExists(socket);
    }

    private ChannelInitializer<Channel> connection() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channels.add(channel);
                connections.incrementAndGet();
                channel.pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline().addLast(new Call());
                            }
                        }));
            }
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what cannot be written shows at the client
    private static final class Call extends ChannelInboundHandlerAdapter {
        private String path = "";

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame head)
                path = head.headers().path().toString();
            if (frame instanceof Http2DataFrame data && data.isEndStream()) answer(context);
            ReferenceCountUtil.release(frame);
        }

        private void answer(ChannelHandlerContext context) {
            switch (path) {
                case "/name" -> {
                    message(
                            context,
                            Grpc.frame(VersionResponse.newBuilder()
                                    .setRuntimeName("fake")
                                    .build()));
                    end(context, new DefaultHttp2Headers().set("grpc-status", "0"));
                }
                case "/garbage" -> {
                    message(context, new byte[] {0, 0, 0, 0, 1, -1});
                    end(context, new DefaultHttp2Headers().set("grpc-status", "0"));
                }
                case "/silent" -> {
                    context.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                    end(context, new DefaultHttp2Headers().set("grpc-status", "0"));
                }
                case "/missing" ->
                    end(
                            context,
                            new DefaultHttp2Headers()
                                    .status("200")
                                    .set("grpc-status", "5")
                                    .set("grpc-message", "no such thing: caf%C3%A9"));
                case "/http" -> end(context, new DefaultHttp2Headers().status("503"));
                default -> {} // never
            }
        }

        private static void message(ChannelHandlerContext context, byte[] frame) {
            context.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
            context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(frame)));
        }

        private static void end(ChannelHandlerContext context, Http2Headers headers) {
            context.writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
        }
    }
}
