package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.auth.AccountTokens;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.schema.Schema;
import io.smarter.storage.Registry;
import io.smarter.types.Types;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of service accounts: how they are got, and what ends them. */
class AccountTokensTest {
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String ACCOUNTS = DEFAULT + "serviceaccounts";
    private static final String ROBOT = ACCOUNTS + "/robot/token";
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
        api.create(ACCOUNTS, named("robot"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String named(String name) {
        return "{\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    private String token(String spec) {
        return api.create(ROBOT, "{\"spec\":" + spec.replace('\'', '"') + "}").textOrEmpty("status", "token");
    }

    private FakeExchange with(String token) {
        var headers = Headers.of("content-type", "application/json", "authorization", "Bearer " + token);
        return api.as(List.of(), "POST", WHO, "{}", headers);
    }

    private String uid(String target) {
        return api.get(target).json().textOrEmpty("metadata", "uid");
    }

    @Test
    void aTokenStandsForItsAccount() {
        var user = with(token("{}")).json().object("status", "userInfo");
        assertThat(user.text("username")).isEqualTo("system:serviceaccount:default:robot");
        assertThat(user.text("uid")).isEqualTo(uid(ACCOUNTS + "/robot"));
        assertThat(new Json.Arr(user.items("groups")).compact())
                .isEqualTo("[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]");
    }

    @Test
    void aTokenSaysWhatItIs() {
        var token = token("{'audiences':['a','b'],'expirationSeconds':700}");
        var claims = Json.parse(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims.text("sub")).isEqualTo("system:serviceaccount:default:robot");
        assertThat(new Json.Arr(claims.items("aud")).compact()).isEqualTo("[\"a\",\"b\"]");
        assertThat(claims.number(0, "exp") - claims.number(0, "iat")).isEqualTo(700);
        assertThat(claims.text("kubernetes.io", "namespace")).isEqualTo("default");
        assertThat(claims.text("kubernetes.io", "serviceaccount", "uid")).isEqualTo(uid(ACCOUNTS + "/robot"));
    }

    @Test
    void aTokenOfAnotherAudienceIsNotForUs() {
        var token = token("{'audiences':['other']}");
        assertThat(with(token).status).isEqualTo(401);
        var review = "{\"spec\":{\"token\":\"%s\",\"audiences\":[\"other\",\"more\"]}}".formatted(token);
        var status = api.create(REVIEWS, review).object("status");
        assertThat(status.flag("authenticated")).isTrue();
        assertThat(new Json.Arr(status.items("audiences")).compact()).isEqualTo("[\"other\"]");
    }

    @Test
    void aTokenEndsWithItsAccountForGood() {
        var token = token("{}");
        api.ask("DELETE", ACCOUNTS + "/robot", "");
        assertThat(with(token).status).isEqualTo(401);
        api.create(ACCOUNTS, named("robot"));
        assertThat(with(token).status).isEqualTo(401);
    }

    @Test
    void aTokenEndsInTime() throws Exception {
        var token = token("{'expirationSeconds':600}");
        assertThat(validated(token, Duration.ofSeconds(590))).isInstanceOf(AccountTokens.Outcome.Valid.class);
        assertThat(validated(token, Duration.ofSeconds(601)))
                .isEqualTo(new AccountTokens.Outcome.Refused("service account token has expired"));
        assertThat(validated(token, Duration.ofMinutes(-1)))
                .isEqualTo(new AccountTokens.Outcome.Refused("service account token is not valid yet"));
    }

    /** As another server with the same key and store sees it, at another time. */
    private AccountTokens.Outcome validated(String token, Duration later) throws Exception {
        var pki = Pki.open(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 6443), List.of());
        var clock = Clock.offset(Clock.systemUTC(), later);
        var tokens = new AccountTokens(new Registry(api.store), new Types(Schema.load()), pki.accountKey(), clock);
        return tokens.validate(token, tokens.ownAudiences());
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                argumentSet("no token", "x"),
                argumentSet("no signature", "a.b."),
                argumentSet("not base64", "!.!.!"),
                argumentSet("no algorithm", "eyJhbGciOiJub25lIn0.e30."),
                argumentSet("much too long", "a".repeat(20_000)));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void whatWasNotSignedHereIsRefused(String token) {
        assertThat(with(token).status).isEqualTo(401);
        var status = api.create(REVIEWS, "{\"spec\":{\"token\":\"%s\"}}".formatted(token))
                .object("status");
        assertThat(status.has("authenticated")).isFalse();
        assertThat(status.textOrEmpty("error")).startsWith("[invalid bearer token, ");
    }

    @Test
    void aChangedTokenIsRefused() {
        var parts = token("{}").split("\\.");
        var claims = (Json.Obj) Json.parse(Base64.getUrlDecoder().decode(parts[1]));
        var forged = claims.with("sub", Json.of("system:serviceaccount:default:other"));
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(forged.bytes());
        assertThat(with(parts[0] + "." + text + "." + parts[2]).status).isEqualTo(401);
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                argumentSet("ten minutes at least", "{'spec':{'expirationSeconds':599}}", 422),
                argumentSet("not for ever", "{'spec':{'expirationSeconds':4294967297}}", 422),
                argumentSet("another name", "{'metadata':{'name':'x'},'spec':{}}", 422),
                argumentSet("no such pod", bound("Pod", "none", ""), 404),
                argumentSet("a pod of another account", bound("Pod", "other", ""), 400),
                argumentSet("another pod of that name", bound("Pod", "mine", "x"), 409),
                argumentSet("its pod", bound("Pod", "mine", ""), 201),
                argumentSet("something else", bound("ConfigMap", "x", ""), 400));
    }

    private static String bound(String kind, String name, String uid) {
        return "{'spec':{'boundObjectRef':{'kind':'%s','apiVersion':'v1','name':'%s','uid':'%s'}}}"
                .formatted(kind, name, uid);
    }

    private void pod(String name, String node, String account) {
        var pod = (Json.Obj) Json.parse(TestApi.pod(name, node));
        api.create(
                DEFAULT + "pods",
                pod.withAt(Json.of(account), "spec", "serviceAccountName").compact());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestsForTokensAreChecked(String body, int code) {
        pod("mine", "cam1", "robot");
        pod("other", "cam1", "default");
        var answer = api.ask("POST", ROBOT, body.replace('\'', '"'));
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(code);
    }

    @Test
    void aBoundTokenEndsWithItsPod() {
        pod("mine", "cam1", "robot");
        var token = token("{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'mine'}}");
        var extra = with(token).json().object("status", "userInfo", "extra");
        assertThat(extra.items("authentication.kubernetes.io/pod-name")).containsExactly(Json.of("mine"));
        assertThat(extra.items("authentication.kubernetes.io/node-name")).containsExactly(Json.of("cam1"));
        api.ask("DELETE", DEFAULT + "pods/mine", "{\"gracePeriodSeconds\":0}");
        assertThat(with(token).status).isEqualTo(401);
    }

    @Test
    void aNodeGetsTokensForItsOwnPodsOnly() throws Exception {
        pod("mine", "cam1", "robot");
        pod("theirs", "cam2", "robot");
        var mine = uid(DEFAULT + "pods/mine");
        var theirs = uid(DEFAULT + "pods/theirs");
        var cam1 = api.node("cam1");
        assertThat(asked(cam1, bound("Pod", "mine", mine))).isEqualTo(201);
        assertThat(asked(cam1, bound("Pod", "mine", ""))).isEqualTo(403);
        assertThat(asked(cam1, bound("Pod", "theirs", theirs))).isEqualTo(403);
        assertThat(asked(cam1, "{'spec':{}}")).isEqualTo(403);
        assertThat(asked(api.node("cam3"), bound("Pod", "mine", mine))).isEqualTo(403);
    }

    static Stream<Arguments> audiences() {
        return Stream.of(
                argumentSet("its own volume's", "['vault']", 201, ""),
                argumentSet("the server's, by the volume that every pod gets", "[]", 201, ""),
                argumentSet(
                        "one that no volume names", "['bank']", 403, "audience \"bank\" not found in pod spec volume"),
                argumentSet("two", "['vault','bank']", 403, "node may only request 0 or 1 audiences"));
    }

    @ParameterizedTest
    @MethodSource("audiences")
    void aNodeGetsTokensForAudiencesOfItsPodsOnly(String audiences, int code, String why) throws Exception {
        var token = Json.obj("serviceAccountToken", Json.obj("path", "t", "audience", "vault"));
        var volume = Json.obj("name", "v", "projected", Json.obj("sources", Json.arr(token)));
        var pod = ((Json.Obj) Json.parse(TestApi.pod("mine", "cam1")))
                .withAt(Json.of("robot"), "spec", "serviceAccountName")
                .withAt(Json.arr(volume), "spec", "volumes");
        api.create(DEFAULT + "pods", pod.compact());
        var request = bound("Pod", "mine", uid(DEFAULT + "pods/mine"))
                .replace("{'spec':{", "{'spec':{'audiences':%s,".formatted(audiences));
        var answer = api.as(api.node("cam1"), "POST", ROBOT, request.replace('\'', '"'));
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(code);
        if (!why.isEmpty()) assertThat(answer.json().textOrEmpty("message")).endsWith(why);
    }

    static Stream<Arguments> lives() {
        return Stream.of(
                argumentSet("as every pod gets it", 3607, "[]", 365 * 24 * 3600),
                argumentSet("of another length", 3600, "[]", 3600),
                argumentSet("for somebody else", 3607, "['vault']", 3607));
    }

    /** Programs that read their token once live on; what is announced is the time after which they should have read it again. */
    @ParameterizedTest
    @MethodSource("lives")
    void theTokenOfEveryPodHoldsForAYear(int asked, String audiences, int holds) {
        pod("mine", "cam1", "robot");
        var request = bound("Pod", "mine", "")
                .replace("{'spec':{", "{'spec':{'expirationSeconds':%d,'audiences':%s,".formatted(asked, audiences));
        var answer = api.create(ROBOT, request.replace('\'', '"'));
        var claims = Json.parse(Base64.getUrlDecoder()
                .decode(answer.textOrEmpty("status", "token").split("\\.")[1]));
        long issued = claims.number(0, "iat");
        assertThat(claims.number(0, "exp") - issued).isEqualTo(holds);
        assertThat(claims.number(0, "kubernetes.io", "warnafter")).isEqualTo(holds == asked ? 0 : issued + asked);
        assertThat(Instant.parse(answer.textOrEmpty("status", "expirationTimestamp"))
                        .getEpochSecond())
                .isEqualTo(issued + asked);
        assertThat(answer.number(0, "spec", "expirationSeconds")).isEqualTo(asked);
    }

    private int asked(List<X509Certificate> node, String body) {
        return api.as(node, "POST", ROBOT, body.replace('\'', '"')).status;
    }

    @Test
    void aSecretKeepsATokenThatEndsWithIt() {
        var secret = "{\"metadata\":{\"name\":\"s\",\"annotations\":{\"%s\":\"robot\"}},\"type\":\"%s\"}"
                .formatted(AccountTokens.NAME, "kubernetes.io/service-account-token");
        api.create(DEFAULT + "secrets", secret);
        var data = Json.Obj.EMPTY;
        for (long until = System.nanoTime() + 10_000_000_000L; data.members().isEmpty() && System.nanoTime() < until; )
            data = api.get(DEFAULT + "secrets/s").json().object("data");
        var token = new String(Base64.getDecoder().decode(data.textOrEmpty("token")), StandardCharsets.UTF_8);
        assertThat(data.members()).containsKeys("ca.crt", "namespace", "token");
        assertThat(with(token).json().text("status", "userInfo", "username"))
                .isEqualTo("system:serviceaccount:default:robot");
        var labels = DEFAULT + "secrets/s";
        assertThat(api.get(labels).json().text("metadata", "labels", "kubernetes.io/legacy-token-last-used"))
                .isEqualTo(LocalDate.now(ZoneOffset.UTC).toString());
        var invalid = "{\"metadata\":{\"labels\":{\"kubernetes.io/legacy-token-invalid-since\":%s}}}";
        api.ask("PATCH", labels, invalid.formatted("\"2026-01-01\""), TestApi.MERGE_PATCH);
        assertThat(with(token).status).isEqualTo(401);
        api.ask("PATCH", labels, invalid.formatted("null"), TestApi.MERGE_PATCH);
        assertThat(with(token).status).isEqualTo(201);
        api.ask("DELETE", ACCOUNTS + "/robot", "");
        assertThat(with(token).status).isEqualTo(401);
        int code = 0;
        for (long until = System.nanoTime() + 10_000_000_000L; code != 404 && System.nanoTime() < until; )
            code = api.get(DEFAULT + "secrets/s").status;
        assertThat(code).isEqualTo(404);
    }

    @Test
    void othersCanVerifyByThePublishedKeys() {
        var headers = Headers.of("authorization", "Bearer " + token("{}"));
        var keys = api.as(List.of(), "GET", "/openid/v1/jwks", "", headers);
        assertThat(keys.answerHeaders.first("content-type")).isEqualTo("application/jwk-set+json");
        assertThat(keys.json().items("keys")).hasSize(1);
        var issuer = api.as(List.of(), "GET", "/.well-known/openid-configuration", "", headers);
        assertThat(issuer.json().text("issuer")).isEqualTo(AccountTokens.ISSUER);
        assertThat(api.as(List.of(), "GET", "/openid/v1/jwks", "").status).isEqualTo(403);
    }
}
