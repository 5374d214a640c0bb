package io.smarter.pki;

import io.smarter.api.User;
import io.smarter.http.Exchange;
import io.smarter.http.Subject;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom a certificate names: its common name is the user, its organizations are the groups. */
public record PkiSubject(String commonName, List<String> organizations) {
    private static final String COMMON_NAME = "550403";
    private static final String ORGANIZATION = "55040a";

    public PkiSubject {
        organizations = List.copyOf(organizations);
    }

    public static PkiSubject of(X509Certificate certificate) {
        return of(certificate.getSubjectX500Principal().getEncoded());
    }

    /**
     * @param name a distinguished name in DER (RFC 5280 §4.1.2.4)
     * @throws IllegalArgumentException if it is none, or has several common names
     */
    public static PkiSubject of(byte[] name) {
        var subject = Subject.of(name);
        return new PkiSubject(subject.commonName(), subject.organizations());
    }

    /** The distinguished name in DER. */
    byte[] name() {
        var parts = new ArrayList<byte[]>();
        for (var organization : organizations) parts.add(part(ORGANIZATION, organization));
        parts.add(part(COMMON_NAME, commonName));
        return PkiDer.sequence(parts.toArray(new byte[0][]));
    }

    private static byte[] part(String type, String text) {
        return PkiDer.value(PkiDer.SET, PkiDer.sequence(PkiDer.oid(type), PkiDer.text(text)));
    }

    /** Whom a request's verified certificate names. */
    public static Optional<PkiSubject> of(Exchange exchange) {
        return exchange.peer().stream().findFirst().map(PkiSubject::of);
    }

    /** Whom a certificate of this subject names, once it is verified. */
    public User user() {
        return User.of(commonName, organizations);
    }
}
