package io.smarter.acceptance;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.smarter.client.ClientConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Thousands of TLS connections that say little or nothing, in little memory. */
final class IdleClients implements AutoCloseable {
    /** So many handshakes are under way at a time. */
    private static final int AT_ONCE = 64;

    private static final String HOST = "127.0.0.1";

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> open = new ArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger lines = new AtomicInteger();
    private final SslContext tls;
    private final int port;

    /** @param server the credentials of the clients, and whom they trust */
    IdleClients(ClientConfig server) throws IOException {
        port = server.server().getPort();
        var identity = server.identity();
        if (identity == null) throw new IllegalArgumentException("these clients need a certificate");
        tls = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .keyManager(identity.key(), identity.chain())
                .trustManager(server.ca())
                .protocols("TLSv1.3")
                .build();
    }

    /** Opens connections, and says the same on each once its handshake is done. */
    void open(int count, String request) throws InterruptedException, IOException {
        var room = new Semaphore(AT_ONCE);
        for (int i = 0; i < count; i++) {
            if (!room.tryAcquire(60, TimeUnit.SECONDS)) throw new IOException("no handshake ended within a minute");
            open.add(dial(request, room));
        }
        if (!room.tryAcquire(AT_ONCE, 60, TimeUnit.SECONDS)) throw new IOException("the last handshakes do not end");
    }

    private Channel dial(String request, Semaphore room) throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(tls.newHandler(channel.alloc(), HOST, port), new Client(request, room));
                    }
                })
                .connect(HOST, port)
                .sync()
                .channel();
    }

    /** Says its part and counts the lines that come. */
    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final String request;
        private final Semaphore room;

        Client(String request, Semaphore room) {
            this.request = request;
            this.room = room;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
            room.release();
            if (!handshake.isSuccess() || request.isEmpty()) return;
            var _ = context.writeAndFlush(
                    Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            while (bytes.isReadable()) if (bytes.readByte() == '}' && nextIsNewLine(bytes)) lines.incrementAndGet();
        }

        private static boolean nextIsNewLine(ByteBuf bytes) {
            return bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == '\n';
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.incrementAndGet();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    /** How many connections the server has ended. */
    int closed() {
        return closed.get();
    }

    /** How many events of watches have come to all of them. */
    int events() {
        return lines.get();
    }

    @Override
    public void close() {
        for (var channel : open) {
            var _ = channel.close();
        }
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
