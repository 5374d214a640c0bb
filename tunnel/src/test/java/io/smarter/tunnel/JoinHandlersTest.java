package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.http.Pem;
import io.smarter.http.Response;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.pki.PkiSubject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class JoinHandlersTest {
    private static final String TOKENS = "/apis/smarter.io/v1/jointokens";

    @TempDir
    private Path data;

    private final SetClock clock = new SetClock();
    private final KeyPair keys = Tls.newKeyPair();
    private TestCloud cloud;

    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeEach
    void start() throws IOException {
        cloud = new TestCloud(data, clock);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private Response post(@Nullable TlsIdentity who, String path, String body) throws IOException {
        try (var client = cloud.http2(who)) {
            return client.send("POST", path, new Headers(), body.getBytes(StandardCharsets.UTF_8), 100_000);
        }
    }

    private String token(String node) throws IOException {
        var body = Json.obj("metadata", Json.obj("name", node), "spec", Json.obj("ttlSeconds", 60));
        var response = post(cloud.pki.admin(), TOKENS, body.compact());
        assertThat(response.status()).isEqualTo(201);
        return Json.parse(response.body()).textOrEmpty("status", "token");
    }

    private Response join(String token, String node, KeyPair pair) throws IOException {
        var csr = Pem.csr(pair, "system:node:" + node, List.of());
        return post(
                null,
                "/join",
                Json.obj("token", token, "name", node, "csr", csr).compact());
    }

    private static void assertRefused(Response response, int code, String message) {
        assertThat(response.status()).isEqualTo(code);
        var status = Json.parse(response.body());
        assertThat(status.text("kind")).isEqualTo("Status");
        assertThat(status.text("message")).contains(message);
    }

    @Test
    void givesATokenThatPinsTheAuthority() throws Exception {
        var body = "{\"metadata\":{\"name\":\"edge\"},\"spec\":{\"ttlSeconds\":60}}";
        var made = Json.parse(post(cloud.pki.admin(), TOKENS, body).body());
        assertThat(made.text("kind")).isEqualTo("JoinToken");
        assertThat(made.text("metadata", "name")).isEqualTo("edge");
        assertThat(made.text("status", "expirationTimestamp")).isEqualTo("2026-01-01T00:01:00Z");
        var token = made.textOrEmpty("status", "token");
        assertThat(token).matches("smt1\\.[a-z0-9]{8}\\.[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{43}");
        assertThat(Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1)))
                .isEqualTo(Pem.spkiSha256(cloud.pki.authority()));
    }

    @Test
    void turnsATokenIntoACertificate() throws Exception {
        var token = token("edge");
        var answer = Json.parse(join(token, "edge", keys).body());
        assertThat(Pem.certificates(answer.textOrEmpty("ca"))).containsExactly(cloud.pki.authority());
        var certificate = Pem.certificates(answer.textOrEmpty("certificate")).getFirst();
        certificate.verify(cloud.pki.authority().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(PkiSubject.of(certificate)).isEqualTo(new PkiSubject("system:node:edge", List.of("system:nodes")));
    }

    @Test
    void takesATokenAgainForTheSameKeyOnly() throws Exception {
        var token = token("edge");
        assertThat(join(token, "edge", keys).status()).isEqualTo(200);
        assertThat(join(token, "edge", keys).status()).isEqualTo(200);
        assertRefused(join(token, "edge", Tls.newKeyPair()), 401, "join token was already used");
        clock.now = clock.now.plus(Duration.ofSeconds(60));
        assertRefused(join(token, "edge", keys), 401, "join token expired at 2026-01-01T00:01:00Z");
    }

    @Test
    void refusesTokensThatAreNotForThisNode() throws Exception {
        var token = token("edge");
        assertRefused(join(token, "other", keys), 401, "join token is for another node");
        assertRefused(join("smt1.x", "edge", keys), 401, "join token is malformed");
        assertRefused(join(token.replaceFirst("\\.[a-z0-9]{8}\\.", ".00000000."), "edge", keys), 401, "is unknown");
        var parts = token.split("\\.");
        var forged = String.join(".", parts[0], parts[1], parts[3], parts[3]);
        assertRefused(join(forged, "edge", keys), 401, "join token is unknown");
        assertThat(join(token, "edge", keys).status()).isEqualTo(200); // none of these used it up
    }

    @Test
    void doesNotSpendATokenOnABadRequest() throws Exception {
        var token = token("edge");
        var body = Json.obj("token", token, "name", "edge", "csr", Pem.csr(keys, "edge", List.of()));
        assertRefused(post(null, "/join", body.compact()), 400, "common name must be system:node:edge");
        assertThat(join(token, "edge", Tls.newKeyPair()).status()).isEqualTo(200);
    }

    private static final String CSR_NAME = "system:node:edge";

    /** Asks for a certificate for a key in the name of a node whose certificate has expired. */
    private Response renewLate(TlsIdentity expired, KeyPair pair, Duration after) throws Exception {
        clock.now = expired.chain().getFirst().getNotAfter().toInstant().plus(after);
        return post(
                expired,
                "/renew",
                Json.obj("csr", Pem.csr(pair, CSR_NAME, List.of())).compact());
    }

    private TlsIdentity expired(KeyPair pair) throws Exception {
        return cloud.node("edge", pair, Duration.ofMinutes(-1));
    }

    @Test
    void renewsWhatExpiredWithinTheGrace() throws Exception {
        cloud.members.add("edge");
        var expired = expired(Tls.newKeyPair());
        var renewed = renewLate(expired, keys, TestCloud.GRACE);
        assertThat(renewed.status()).isEqualTo(200);
        var certificate = Pem.certificates(Json.parse(renewed.body()).textOrEmpty("certificate"))
                .getFirst();
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertRefused(
                renewLate(expired, keys, TestCloud.GRACE.plusSeconds(1)),
                401,
                "the certificate of node edge expired at");
    }

    @Test
    void renewsWhatExpiredOnlyWhileThereIsTheNode() throws Exception {
        var expired = expired(Tls.newKeyPair());
        assertRefused(renewLate(expired, keys, Duration.ZERO), 403, "and the node was deleted");
        cloud.members.add("edge");
        assertThat(renewLate(expired, keys, Duration.ZERO).status()).isEqualTo(200);
    }

    @Test
    void renewsWhatExpiredWithItsLastTwoKeysOnly() throws Exception {
        cloud.members.add("edge");
        var first = Tls.newKeyPair();
        assertThat(renewLate(expired(first), keys, Duration.ZERO).status()).isEqualTo(200);
        // the answer was lost: the gateway asks again, with what it has
        assertThat(renewLate(expired(first), keys, Duration.ZERO).status()).isEqualTo(200);
        assertThat(renewLate(expired(keys), Tls.newKeyPair(), Duration.ZERO).status())
                .isEqualTo(200);
        assertRefused(renewLate(expired(first), keys, Duration.ZERO), 403, "there was a newer one");
    }

    @Test
    void renewsNothingThatExpiredBeforeTheNodeJoinedAgain() throws Exception {
        cloud.members.add("edge");
        assertThat(join(token("edge"), "edge", keys).status()).isEqualTo(200);
        assertRefused(renewLate(expired(Tls.newKeyPair()), keys, Duration.ZERO), 403, "there was a newer one");
        assertThat(renewLate(expired(keys), keys, Duration.ZERO).status()).isEqualTo(200);
    }

    @Test
    void letsWhoHasExpiredDoNothingElse() throws Exception {
        cloud.members.add("edge");
        var expired = expired(keys);
        assertRefused(post(expired, "/tunnel", ""), 401, "a tunnel needs the node's certificate");
        var admin = Pem.csr(keys, "system:node:other", List.of());
        assertRefused(
                post(expired, "/renew", Json.obj("csr", admin).compact()), 400, "common name must be " + CSR_NAME);
    }

    @Test
    void renewsForTheNodeItself() throws Exception {
        var csr = Json.obj("csr", Pem.csr(keys, "system:node:edge", List.of())).compact();
        var renewed = post(cloud.node("edge"), "/renew", csr);
        assertThat(renewed.status()).isEqualTo(200);
        var certificate = Pem.certificates(Json.parse(renewed.body()).textOrEmpty("certificate"));
        assertThat(certificate.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
        assertRefused(post(cloud.node("other"), "/renew", csr), 400, "common name must be system:node:other");
        assertRefused(post(cloud.pki.admin(), "/renew", csr), 403, "only a node can renew");
        assertRefused(post(null, "/renew", csr), 401, "needs the node's certificate");
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                argumentSet("not JSON", TOKENS, "{", "the body is not JSON"),
                argumentSet("not an object", TOKENS, "[]", "the body must be a JSON object"),
                argumentSet("no name", TOKENS, "{}", "metadata.name must be a lower-case RFC 1123 subdomain, was \"\""),
                argumentSet("bad name", TOKENS, "{\"metadata\":{\"name\":\"Edge_1\"}}", "was \"Edge_1\""),
                argumentSet(
                        "no time",
                        TOKENS,
                        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ttlSeconds\":0}}",
                        "spec.ttlSeconds must be a whole number from 1 to 2592000, was 0"),
                argumentSet(
                        "too much time",
                        TOKENS,
                        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ttlSeconds\":2592001}}",
                        "was 2592001"),
                argumentSet("no token", "/join", "{\"name\":\"a\"}", "token must be a string that is not empty"),
                argumentSet("bad node", "/join", "{\"name\":\"-\",\"token\":\"t\"}", "name must be a lower-case"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void saysWhatIsWrongWithARequest(String path, String body, String message) throws Exception {
        assertRefused(post(cloud.pki.admin(), path, body), 400, message);
    }

    @Test
    void takesNoRequestsThatAreTooLong() throws Exception {
        assertRefused(post(cloud.pki.admin(), TOKENS, "x".repeat(40_000)), 413, "longer than");
    }
}
