package io.smarter.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are trusted. Where the machine's clock may be wrong, a certificate is judged by what time it is at least: one
 * that had expired by then is refused, and nothing else of its times counts.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Anchors anchors;
    private final @Nullable Supplier<Instant> atLeast;

    /** The authorities to which a chain must lead. */
    @FunctionalInterface
    interface Anchors {
        List<X509Certificate> of(X509Certificate[] chain) throws CertificateException;

        /** None. */
        static Anchors none() {
            return _ -> {
                throw new CertificateException("no authority is trusted");
            };
        }

        /** The one whose public key has a given SHA-256, taken from the chain that the server sends. */
        static Anchors pinned(byte[] spkiSha256) {
            return chain -> {
                for (var certificate : chain) {
                    if (MessageDigest.isEqual(Pem.spkiSha256(certificate), spkiSha256)) return List.of(certificate);
                }
                throw new PinMismatchException("no certificate of the server's chain has the pinned public key");
            };
        }
    }

    /** @param atLeast what time it is at least; null to go by the clock */
    ServerTrust(Anchors anchors, @Nullable Supplier<Instant> atLeast) {
        this.anchors = anchors;
        this.atLeast = atLeast;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judge(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge(chain).checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no authority for client certificates is configured");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509ExtendedTrustManager judge(X509Certificate[] chain) throws CertificateException {
        var trusted = anchors.of(chain);
        try {
            return Tls.authorities(trusted, atLeast == null ? null : moment(chain[0], atLeast.get()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("authority is not usable: " + e.getMessage(), e);
        }
    }

    /** A moment at which a certificate was valid, if that was not before it is at least now. */
    private static Instant moment(X509Certificate certificate, Instant atLeast) {
        var begin = certificate.getNotBefore().toInstant();
        return atLeast.isBefore(begin) ? begin : atLeast;
    }
}
