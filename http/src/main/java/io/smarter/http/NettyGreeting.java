package io.smarter.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/** Waits for the TLS handshake, then sets up the protocol that it agreed on. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyGreeting extends ChannelInboundHandlerAdapter {
    private final NettyEndpoint endpoint;

    NettyGreeting(NettyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
        if (!handshake.isSuccess()) {
            context.close();
            return;
        }
        var channel = (SocketChannel) context.channel();
        var tls = context.pipeline().get(SslHandler.class);
        var engine = tls.engine();
        var remote = channel.remoteAddress();
        var peer = NettyPeer.of(
                remote.getAddress().getHostAddress() + ":" + remote.getPort(),
                engine.getSession(),
                endpoint.config().clientCas());
        context.pipeline().addLast(new NettyRecords(tls));
        if ("h2".equals(engine.getApplicationProtocol())) http2(context, peer);
        else http1(context, peer);
        context.pipeline().remove(this);
    }

    private void http2(ChannelHandlerContext context, NettyPeer peer) {
        long idle = endpoint.config().idleTimeout().toMillis();
        context.pipeline().addLast(new IdleStateHandler(idle, 0, 0, TimeUnit.MILLISECONDS));
        NettyHttp2Connection.install(context.pipeline(), endpoint, peer);
    }

    private void http1(ChannelHandlerContext context, NettyPeer peer) {
        var config = endpoint.config();
        var limits =
                new HttpDecoderConfig().setMaxInitialLineLength(config.maxUri()).setMaxHeaderSize(config.maxHeaders());
        context.channel().config().setAutoRead(false);
        var connection = new NettyHttp1(endpoint, peer);
        context.pipeline()
                .addLast(new IdleStateHandler(0, 0, config.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new HeaderWatch(connection))
                .addLast(new HttpServerCodec(limits))
                .addLast(connection);
    }

    /** Notices when a request's header begins, so that it cannot take for ever. */
    private static final class HeaderWatch extends ChannelInboundHandlerAdapter {
        private final NettyHttp1 connection;

        HeaderWatch(NettyHttp1 connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            connection.bytesCame(context);
            context.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.getLogger("io.smarter.http")
                .log(
                        System.Logger.Level.DEBUG,
                        () -> "handshake with " + context.channel().remoteAddress() + " failed: " + cause);
        context.close();
    }
}
