package io.smarter.apiserver;

import io.smarter.http.Exchange;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** Whom a client certificate names: its common name is the user, its organizations are the groups. */
record PkiSubject(String commonName, List<String> organizations) {
    private static final String NODE = "system:node:";

    static PkiSubject of(X509Certificate certificate) {
        var commonName = "";
        var organizations = new ArrayList<String>();
        for (var rdn : X500Name.getInstance(
                        certificate.getSubjectX500Principal().getEncoded())
                .getRDNs()) {
            for (var part : rdn.getTypesAndValues()) {
                if (part.getType().equals(BCStyle.CN))
                    commonName = part.getValue().toString();
                if (part.getType().equals(BCStyle.O))
                    organizations.add(part.getValue().toString());
            }
        }
        return new PkiSubject(commonName, List.copyOf(organizations));
    }

    /** Whom a request's verified certificate names. */
    static Optional<PkiSubject> of(Exchange exchange) {
        return exchange.peer().stream().findFirst().map(PkiSubject::of);
    }

    static String nodeUser(String node) {
        return NODE + node;
    }

    boolean administrator() {
        return organizations.contains("system:masters");
    }

    /** The node, if it is one. */
    Optional<String> node() {
        return commonName.startsWith(NODE) && organizations.contains("system:nodes")
                ? Optional.of(commonName.substring(NODE.length()))
                : Optional.empty();
    }
}
