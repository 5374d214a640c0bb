package io.smarter.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A TLS 1.3 server for HTTP/1.1 and HTTP/2 (chosen by ALPN). Client certificates are asked for, not required: one that
 * does not lead to the configured authorities counts as none, so that the handler can say 401. Safe for use by many
 * threads.
 */
public final class HttpServer implements AutoCloseable {
    private static final int EVENT_LOOPS = 2;

    private final NettyEndpoint endpoint;
    private final EventLoopGroup loops;
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final NettyTls tls;
    private final Channel listening;
    private volatile boolean full;

    private HttpServer(HttpServerConfig config, Handler handler) throws IOException {
        endpoint = new NettyEndpoint(config, handler);
        tls = new NettyTls(config);
        var threads = Thread.ofPlatform().name("http-", 0).daemon().factory();
        loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, threads, NioIoHandler.newFactory());
        listening = listen(config.listen());
    }

    /**
     * Listens, and calls the handler on a virtual thread of its own for each request.
     *
     * @throws IOException if the address cannot be listened on
     */
    public static HttpServer start(HttpServerConfig config, Handler handler) throws IOException {
        return new HttpServer(config, handler);
    }

    private Channel listen(InetSocketAddress address) throws IOException {
        var allocator = smallAllocator();
        var keepAlive = keepAlive();
        var binding = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        if (!enters(connection)) return;
                        keepAlive.forEach(connection.config()::setOption);
                        connection
                                .pipeline()
                                .addLast(tls.handler(connection.alloc(), handshakes), new NettyGreeting(endpoint));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (binding.isSuccess()) return binding.channel();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        handshakes.close();
        throw new IOException("cannot listen on " + address, binding.cause());
    }

    /** Takes a connection in, unless there are so many that the files of the rest of the program would be at stake. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is of no concern to anybody how the refused one ends
    private boolean enters(Channel connection) {
        int most = endpoint.config().maxConnections();
        boolean room = connections.size() < most;
        if (room) connections.add(connection);
        else connection.close();
        if (!room && !full)
            System.getLogger("io.smarter.http")
                    .log(System.Logger.Level.WARNING, "%d connections are as many as may be".formatted(most));
        full = !room;
        return room;
    }

    /**
     * Peers that vanished are noticed after some four minutes, where the system can do that. HTTP/2 connections never come
     * to it: their own signs of life are more frequent.
     */
    private static Map<ChannelOption<Integer>, Integer> keepAlive() throws IOException {
        var seconds = Map.of("TCP_KEEPIDLE", 150, "TCP_KEEPINTERVAL", 30, "TCP_KEEPCOUNT", 3);
        var options = new HashMap<ChannelOption<Integer>, Integer>();
        try (var socket = SocketChannel.open()) {
            for (var option : socket.supportedOptions()) {
                var value = seconds.get(option.name());
                if (value != null) options.put(integer(option), value);
            }
        }
        return options;
    }

    @SuppressWarnings("unchecked") // these options are integers
    private static ChannelOption<Integer> integer(SocketOption<?> option) {
        return NioChannelOption.of((SocketOption<Integer>) option);
    }

    /** Chunks of 256 KiB and no caches per thread, instead of 4 MiB an arena: most connections are idle watches. */
    private static ByteBufAllocator smallAllocator() {
        int pageSize = 8 << 10;
        int chunkOrder = 5;
        return new PooledByteBufAllocator(true, 1, EVENT_LOOPS, pageSize, chunkOrder, 0, 0, false);
    }

    /** The address it listens on, with the port that the system chose if it was 0. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    /** Stops listening, lets requests that are being answered end for a short while, then closes every connection. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(NettyEndpoint.Closing.NOW));
        endpoint.drain(endpoint.config().drainTimeout());
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        handshakes.close();
    }
}
