package io.smarter.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The server's side of TLS: version 1.3, ALPN, client certificates taken as they come ({@link NettyPeer} judges them). Native code
 * does it where its library is (decision 0014), else the JDK.
 */
final class NettyTls {
    private final SslContext context;
    private final Duration handshakeTimeout;

    NettyTls(HttpServerConfig config) {
        var identity = config.identity();
        var protocols = new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                "h2",
                "http/1.1");
        try {
            context = SslContextBuilder.forServer(identity.key(), identity.chain())
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .applicationProtocolConfig(protocols)
                    .trustManager(new TakeAny(config.clientCas()))
                    .clientAuth(config.clientCas().isEmpty() ? ClientAuth.NONE : ClientAuth.OPTIONAL)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS 1.3 cannot be set up", e);
        }
        handshakeTimeout = config.handshakeTimeout();
    }

    /** @param tasks runs the handshake's arithmetic, so that it stops no other connection */
    SslHandler handler(ByteBufAllocator allocator, Executor tasks) {
        var handler = context.newHandler(allocator, tasks);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    private static final class TakeAny extends X509ExtendedTrustManager {
        private final List<X509Certificate> named;

        TakeAny(List<X509Certificate> named) {
            this.named = named;
        }

        /** The authorities that the server names when it asks for a certificate. */
        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return named.toArray(new X509Certificate[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("this end is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("this end is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("this end is the server");
        }
    }
}
