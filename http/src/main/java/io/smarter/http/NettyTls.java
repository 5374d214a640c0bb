package io.smarter.http;

import io.netty.handler.ssl.SslHandler;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The server's side of TLS: version 1.3, ALPN, client certificates taken as they come ({@link NettyPeer} judges them). */
final class NettyTls {
    private static final int SESSIONS = 1000;

    private final SSLContext context;
    private final boolean asksForCertificate;
    private final Duration handshakeTimeout;

    NettyTls(HttpServerConfig config) {
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new OneKey(config.identity())},
                    new TrustManager[] {new TakeAny(config.clientCas())},
                    null);
            context.getServerSessionContext().setSessionCacheSize(SESSIONS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS 1.3 cannot be set up", e);
        }
        asksForCertificate = !config.clientCas().isEmpty();
        handshakeTimeout = config.handshakeTimeout();
    }

    /** @param tasks runs the handshake's arithmetic, so that it stops no other connection */
    SslHandler handler(Executor tasks) {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        var parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setWantClientAuth(asksForCertificate);
        engine.setSSLParameters(parameters);
        var handler = new SslHandler(engine, false, tasks);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "server";
        private final TlsIdentity identity;

        OneKey(TlsIdentity identity) {
            this.identity = identity;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return keyType.startsWith(identity.key().getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }
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
