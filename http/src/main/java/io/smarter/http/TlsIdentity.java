package io.smarter.http;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one end of a TLS connection shows the other.
 *
 * @param chain the certificate of the key first, then its issuers, without the root
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) throw new IllegalArgumentException("a TLS identity needs a certificate");
    }
}
