package io.smarter.auth;

import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.http.Exchange;
import io.smarter.pki.PkiSubject;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** Finds out who asks: by a client certificate, by a service account's token, or not at all. Safe for use by many threads. */
public final class Authentication {
    private static final String BEARER = "bearer ";

    private final AccountTokens tokens;

    /** Whom certificates name, as long as connections have them. */
    private final Map<X509Certificate, User> named = Collections.synchronizedMap(new WeakHashMap<>());

    public Authentication(AccountTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Who asks; nobody in particular when the request gives no reason, and an error when what it gives is wrong: a
     * certificate that expired, unless there is a good token too, or a token.
     */
    public User user(Exchange exchange) {
        var peer = exchange.peer();
        if (!peer.isEmpty())
            return named.computeIfAbsent(
                    peer.getFirst(), certificate -> PkiSubject.of(certificate).user());
        var header = exchange.headers().first("authorization", "");
        boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        var token = bearer ? header.substring(BEARER.length()).strip() : "";
        if (token.isEmpty()) {
            if (!exchange.expiredPeer().isEmpty()) throw Status.unauthorized().error();
            return User.ANONYMOUS;
        }
        return switch (tokens.validate(token, tokens.ownAudiences())) {
            case AccountTokens.Outcome.Valid valid -> valid.user();
            case AccountTokens.Outcome.Refused _ -> throw Status.unauthorized().error();
        };
    }
}
