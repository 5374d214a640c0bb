package io.smarter.http;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom a certificate names. To Kubernetes the common name is the user and the organizations are the groups
 * ("Authenticating", X.509 client certificates). Immutable.
 */
public record Subject(String commonName, List<String> organizations) {
    private static final String COMMON_NAME = "550403";
    private static final String ORGANIZATION = "55040a";

    public Subject {
        organizations = List.copyOf(organizations);
    }

    /** Whom a certificate names, which is to be verified before that means anything. */
    public static Subject of(X509Certificate certificate) {
        return of(certificate.getSubjectX500Principal().getEncoded());
    }

    /**
     * @param name a distinguished name in DER (RFC 5280 §4.1.2.4)
     * @throws IllegalArgumentException if it is none, or has several common names
     */
    public static Subject of(byte[] name) {
        var commonName = "";
        var organizations = new ArrayList<String>();
        var parts = new DerReader(name).in(DerReader.SEQUENCE);
        while (parts.hasMore()) {
            var alternatives = parts.in(DerReader.SET);
            while (alternatives.hasMore()) {
                var part = alternatives.in(DerReader.SEQUENCE);
                var type = part.oid();
                if (type.equals(ORGANIZATION)) organizations.add(part.text());
                if (!type.equals(COMMON_NAME)) continue;
                if (!commonName.isEmpty()) throw new IllegalArgumentException("name has several common names");
                commonName = part.text();
            }
        }
        return new Subject(commonName, organizations);
    }
}
