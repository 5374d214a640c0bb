package io.smarter.tunnel;

import static java.lang.System.Logger.Level.INFO;

import io.smarter.api.User;
import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Exchange;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.pki.Pki;
import io.smarter.pki.PkiRequest;
import io.smarter.pki.PkiSubject;
import io.smarter.requests.Answers;
import io.smarter.requests.RefusedException;
import io.smarter.store.Store;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a gateway gets a certificate and keeps it fresh: {@code /join}, {@code /renew} and the tokens for it. A certificate
 * that expired is good for {@code /renew} alone, for a while, while the node's object is there.
 */
public final class JoinHandlers {
    /** For how long after its end a certificate can usually be renewed. */
    public static final Duration USUAL_GRACE = Duration.ofDays(90);

    private static final System.Logger LOG = System.getLogger("io.smarter.tunnel");
    private static final int MAX_BODY = 32 << 10;
    private static final int NODE_DAYS = 365;
    private static final int MAX_NAME = 253;
    private static final long DEFAULT_TTL = 3600;
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");

    private final Pki pki;
    private final JoinTokens tokens;
    private final NodeKeys keys;
    private final Clock clock;
    private final Late late;

    /**
     * What is asked about a node whose certificate expired.
     *
     * @param grace for how long after its end it can be renewed
     * @param isMember whether there is a Node of a name
     */
    public record Late(Duration grace, Predicate<String> isMember) {}

    public JoinHandlers(Pki pki, Store store, Clock clock, Late late) {
        this.pki = pki;
        this.tokens = new JoinTokens(store, Pem.spkiSha256(pki.authority()), clock);
        this.keys = new NodeKeys(store);
        this.clock = clock;
        this.late = late;
    }

    /** {@code POST /join}: a token and a certificate request become a certificate; needs no client certificate. */
    public void join(Exchange exchange) throws IOException {
        answer(exchange, () -> {
            var body = body(exchange);
            var node = nodeName(field(body, "name"), "name");
            var token = field(body, "token");
            var csr = field(body, "csr");
            var key = PkiRequest.key(csr, User.NODE + node);
            tokens.consume(token, node, JoinTokens.sha256(key.getEncoded()));
            var certificate = certificate(csr, node);
            keys.joined(node, key);
            return certificate;
        });
    }

    /** {@code POST /renew}: a node's own certificate and a request become a new certificate. */
    public void renew(Exchange exchange) throws IOException {
        answer(exchange, () -> {
            var own = Stream.concat(exchange.peer().stream(), exchange.expiredPeer().stream())
                    .findFirst()
                    .orElseThrow(() -> new RefusedException(401, "renewing needs the node's certificate"));
            var node = PkiSubject.of(own)
                    .user()
                    .node()
                    .orElseThrow(() -> new RefusedException(403, "only a node can renew, in the name of itself"));
            if (exchange.peer().isEmpty()) checkLate(own, node);
            var csr = field(body(exchange), "csr");
            var certificate = certificate(csr, node);
            keys.renewed(node, PkiRequest.key(csr, User.NODE + node), own.getPublicKey());
            if (exchange.peer().isEmpty())
                LOG.log(
                        INFO,
                        "certificate was renewed after its end {node=%s, end=%s}"
                                .formatted(node, own.getNotAfter().toInstant()));
            return certificate;
        });
    }

    private void checkLate(X509Certificate own, String node) throws RefusedException {
        var end = own.getNotAfter().toInstant();
        var last = end.plus(late.grace());
        if (clock.instant().isAfter(last))
            throw new RefusedException(
                    401,
                    "the certificate of node %s expired at %s and could be renewed until %s"
                            .formatted(node, end, last));
        if (!late.isMember().test(node))
            throw new RefusedException(
                    403, "the certificate of node %s expired at %s and the node was deleted".formatted(node, end));
        if (!keys.isNewest(node, own.getPublicKey()))
            throw new RefusedException(
                    403, "the certificate of node %s expired at %s and there was a newer one".formatted(node, end));
    }

    /** {@code POST /apis/smarter.io/v1/jointokens}: somebody who may, which the caller has made sure of, gets a token. */
    public void createToken(Exchange exchange) throws IOException {
        answer(exchange, () -> {
            var body = body(exchange);
            var node = nodeName(body.textOrEmpty("metadata", "name"), "metadata.name");
            var life = life(body);
            var token = body.with("apiVersion", Json.of("smarter.io/v1"))
                    .with("kind", Json.of("JoinToken"))
                    .without("status");
            return exchange.query().has("dryRun") ? token : token.with("status", issued(tokens.create(node, life)));
        });
    }

    private static Json issued(JoinTokens.Issued token) {
        return Json.obj(
                "token", token.text(), "expirationTimestamp", token.expires().toString());
    }

    @FunctionalInterface
    private interface Answer {
        Json get() throws IOException, RefusedException, PkiRequest.BadRequestException;
    }

    private static void answer(Exchange exchange, Answer answer) throws IOException {
        if (!exchange.method().equals("POST")) {
            new RefusedException(405, "only POST is supported here").answer(exchange);
            return;
        }
        try {
            var body = answer.get();
            Answers.send(exchange, body.at("status", "token") == null ? 200 : 201, body);
        } catch (RefusedException e) {
            e.answer(exchange);
        } catch (PkiRequest.BadRequestException e) {
            new RefusedException(400, String.valueOf(e.getMessage())).answer(exchange);
        }
    }

    private Json certificate(String csr, String node) throws PkiRequest.BadRequestException {
        var certificate = pki.sign(csr, User.NODE + node, List.of(User.NODES), NODE_DAYS);
        return Json.obj("certificate", Pem.text(certificate), "ca", Pem.text(pki.authority()));
    }

    private static Json.Obj body(Exchange exchange) throws IOException, RefusedException {
        try {
            if (Json.parse(exchange.body(MAX_BODY)) instanceof Json.Obj object) return object;
            throw new RefusedException(400, "the body must be a JSON object");
        } catch (JsonException e) {
            throw new RefusedException(400, "the body is not JSON: " + e.getMessage());
        } catch (BodyTooLargeException e) {
            throw new RefusedException(413, String.valueOf(e.getMessage()));
        }
    }

    private static String field(Json.Obj body, String name) throws RefusedException {
        var value = body.textOrEmpty(name);
        if (value.isEmpty()) throw new RefusedException(400, name + " must be a string that is not empty");
        return value;
    }

    private static String nodeName(String name, String field) throws RefusedException {
        if (name.length() <= MAX_NAME && SUBDOMAIN.matcher(name).matches()) return name;
        throw new RefusedException(
                400,
                "%s must be a lower-case RFC 1123 subdomain, was %s"
                        .formatted(field, Json.of(name).compact()));
    }

    private static Duration life(Json.Obj body) throws RefusedException {
        var given = body.at("spec", "ttlSeconds");
        long longest = JoinTokens.LONGEST.toSeconds();
        if (given == null) return Duration.ofSeconds(DEFAULT_TTL);
        if (given instanceof Json.Num number && number.isLong() && number.asLong() >= 1 && number.asLong() <= longest)
            return Duration.ofSeconds(number.asLong());
        throw new RefusedException(
                400, "spec.ttlSeconds must be a whole number from 1 to %d, was %s".formatted(longest, given.compact()));
    }
}
