package io.smarter.http;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 with given authorities only: the machine's own list of authorities is never looked at. */
public final class Tls {
    private static final String VERSION = "TLSv1.3";

    private Tls() {}

    /** A context that shows {@code own}, if any, and trusts certificates that lead to {@code trusted}, or none. */
    public static SSLContext context(@Nullable TlsIdentity own, List<X509Certificate> trusted) {
        try {
            return context(
                    own,
                    trusted.isEmpty() ? new ServerTrust(ServerTrust.Anchors.none(), null) : authorities(trusted, null));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /**
     * As {@link #context(TlsIdentity, List)}, for a machine whose clock may be wrong.
     *
     * @param atLeast what time it is at least: a server's certificate that had expired by then is refused, and nothing else
     *     of its times counts
     */
    public static SSLContext context(
            @Nullable TlsIdentity own, List<X509Certificate> trusted, Supplier<Instant> atLeast) {
        try {
            return context(own, new ServerTrust(_ -> trusted, atLeast));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /**
     * A context for first contact: it trusts the one authority whose public key has this SHA-256
     * ({@link Pem#spkiSha256}); the server must send that authority's certificate in its chain. What time it is is not
     * known yet, so no certificate's times count.
     */
    public static SSLContext pinned(byte[] spkiSha256) {
        try {
            return context(null, new ServerTrust(ServerTrust.Anchors.pinned(spkiSha256.clone()), () -> Instant.EPOCH));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static IllegalStateException unusable(GeneralSecurityException e) {
        return new IllegalStateException("TLS is not usable: " + e.getMessage(), e);
    }

    /** A new P-256 key pair. */
    public static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is not usable: " + e.getMessage(), e);
        }
    }

    /** Settings of either end: TLS 1.3 only, and these application protocols, the preferred one first. */
    static SSLParameters parameters(String... alpn) {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {VERSION});
        parameters.setApplicationProtocols(alpn);
        return parameters;
    }

    /** @param at the time as of which certificates are judged; null for now */
    static X509ExtendedTrustManager authorities(List<X509Certificate> trusted, @Nullable Instant at)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors =
                trusted.stream().map(c -> new TrustAnchor(c, null)).collect(Collectors.toUnmodifiableSet());
        var parameters = new PKIXBuilderParameters(anchors, null);
        parameters.setRevocationEnabled(false);
        if (at != null) parameters.setDate(Date.from(at));
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) return trust;
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private static SSLContext context(@Nullable TlsIdentity own, X509ExtendedTrustManager trust)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance(VERSION);
        var keys = own == null ? new KeyManager[0] : new KeyManager[] {new OneIdentity(own)};
        context.init(keys, new TrustManager[] {trust}, null);
        return context;
    }
}
