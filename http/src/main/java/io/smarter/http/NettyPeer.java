package io.smarter.http;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end of a connection. Verified here and not in the handshake: a stranger's certificate makes the
 * client anonymous, so that the answer is a 401 that says why, as from kube-apiserver.
 */
final class NettyPeer {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final String address;
    private final List<X509Certificate> chain;

    NettyPeer(String address, List<X509Certificate> chain) {
        this.address = address;
        this.chain = List.copyOf(chain);
    }

    static NettyPeer of(String address, SSLSession session, List<X509Certificate> authorities) {
        if (authorities.isEmpty()) return new NettyPeer(address, List.of());
        try {
            return new NettyPeer(address, verified(session, authorities));
        } catch (SSLPeerUnverifiedException e) {
            return new NettyPeer(address, List.of()); // it sent none
        } catch (GeneralSecurityException e) {
            System.getLogger("io.smarter.http")
                    .log(
                            System.Logger.Level.DEBUG,
                            "client certificate of %s is not valid: %s",
                            address,
                            e.getMessage());
            return new NettyPeer(address, List.of());
        }
    }

    String address() {
        return address;
    }

    /** The verified chain; none once the certificate has expired, however old the connection is. */
    List<X509Certificate> chain() {
        return hasExpired() ? List.of() : chain;
    }

    /** The chain, verified as of its last moment, once the certificate has expired; none before. */
    List<X509Certificate> expiredChain() {
        return hasExpired() ? chain : List.of();
    }

    private boolean hasExpired() {
        return !chain.isEmpty() && end(chain.getFirst()).isBefore(Instant.now());
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static List<X509Certificate> verified(SSLSession session, List<X509Certificate> authorities)
            throws SSLPeerUnverifiedException, GeneralSecurityException {
        var path = new ArrayList<X509Certificate>();
        for (var certificate : session.getPeerCertificates()) {
            if (!(certificate instanceof X509Certificate x509) || authorities.contains(x509)) break;
            path.add(x509);
        }
        if (path.isEmpty()) throw new CertificateException("it is an authority's own");
        var anchors = new HashSet<TrustAnchor>();
        for (var authority : authorities) anchors.add(new TrustAnchor(authority, null));
        var parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        var now = Instant.now();
        var end = end(path.getFirst());
        parameters.setDate(Date.from(end.isBefore(now) ? end : now));
        var certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
        CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
        var usages = path.getFirst().getExtendedKeyUsage();
        if (usages != null && !usages.contains(CLIENT_AUTH) && !usages.contains(ANY_USAGE))
            throw new CertificateException("its extended key usage is not client authentication");
        return path;
    }
}
