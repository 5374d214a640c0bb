package io.smarter.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts the one authority whose public key has a given SHA-256, taken from the chain that the server sends; or none. */
final class PinnedAuthority extends X509ExtendedTrustManager {
    private final byte @Nullable [] spkiSha256;

    PinnedAuthority(byte @Nullable [] spkiSha256) {
        this.spkiSha256 = spkiSha256;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authority(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authority(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authority(chain).checkServerTrusted(chain, authType);
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

    private X509ExtendedTrustManager authority(X509Certificate[] chain) throws CertificateException {
        if (spkiSha256 == null) throw new CertificateException("no authority is trusted");
        for (var certificate : chain) {
            if (!MessageDigest.isEqual(Pem.spkiSha256(certificate), spkiSha256)) continue;
            try {
                return Tls.authorities(List.of(certificate));
            } catch (GeneralSecurityException e) {
                throw new CertificateException("authority is not usable: " + e.getMessage(), e);
            }
        }
        throw new PinMismatchException("no certificate of the server's chain has the pinned public key");
    }
}
