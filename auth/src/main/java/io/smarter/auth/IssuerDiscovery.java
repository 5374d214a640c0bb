package io.smarter.auth;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import java.io.IOException;

/** Tells others how to verify the tokens of service accounts (OpenID Connect Discovery 1.0 §3, RFC 7517). Immutable. */
public final class IssuerDiscovery {
    public static final String CONFIGURATION = "/.well-known/openid-configuration";
    public static final String KEYS = "/openid/v1/jwks";

    private final Pki pki;

    public IssuerDiscovery(Pki pki) {
        this.pki = pki;
    }

    public void configuration(Exchange exchange) throws IOException {
        answer(
                exchange,
                "application/json",
                Json.obj(
                        "issuer",
                        AccountTokens.ISSUER,
                        "jwks_uri",
                        pki.address() + KEYS,
                        "response_types_supported",
                        Json.arr("id_token"),
                        "subject_types_supported",
                        Json.arr("public"),
                        "id_token_signing_alg_values_supported",
                        Json.arr("ES256")));
    }

    public void keys(Exchange exchange) throws IOException {
        answer(exchange, "application/jwk-set+json", pki.accountKey().jwks());
    }

    private static void answer(Exchange exchange, String type, Json.Obj document) throws IOException {
        if (!exchange.method().equals("GET")) throw Status.methodNotAllowed().error();
        exchange.respond(
                200, Headers.of("content-type", type, "cache-control", "public, max-age=3600"), document.bytes());
    }
}
