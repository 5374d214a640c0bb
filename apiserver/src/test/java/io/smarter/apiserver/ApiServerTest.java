package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.requests.Body;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    static Stream<Arguments> badRequests() {
        var big = "{\"a\":\"" + "x".repeat(3 << 20) + "\"}";
        return Stream.of(
                argumentSet("no such version", "GET", "/apis/apps/v9/deployments", "", 404, "NotFound"),
                argumentSet("no such type", "GET", "/api/v1/namespaces/default/foos", "", 404, "NotFound"),
                argumentSet("no such object", "GET", MAPS + "/x", "", 404, "NotFound"),
                argumentSet("no such subresource", "GET", MAPS + "/x/status", "", 404, "NotFound"),
                argumentSet("no namespace for an object", "GET", "/api/v1/configmaps/x", "", 404, "NotFound"),
                argumentSet(
                        "cluster-scoped in a namespace",
                        "GET",
                        "/api/v1/namespaces/default/nodes",
                        "",
                        404,
                        "NotFound"),
                argumentSet("method of a collection", "PUT", MAPS, "{}", 405, "MethodNotAllowed"),
                argumentSet("method of an object", "POST", MAPS + "/x", "{}", 405, "MethodNotAllowed"),
                argumentSet("create in all namespaces", "POST", "/api/v1/configmaps", "{}", 405, "MethodNotAllowed"),
                argumentSet("namespaces as a collection", "DELETE", "/api/v1/namespaces", "", 405, "MethodNotAllowed"),
                argumentSet("not JSON", "POST", MAPS, "{\"a\":", 400, "BadRequest"),
                argumentSet("not an object", "POST", MAPS, "[]", 400, "BadRequest"),
                argumentSet("another kind", "POST", MAPS, "{\"kind\":\"Secret\"}", 400, "BadRequest"),
                argumentSet("another version", "POST", MAPS, "{\"apiVersion\":\"v2\"}", 400, "BadRequest"),
                argumentSet(
                        "a wrong type",
                        "POST",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\"},\"data\":\"x\"}",
                        400,
                        "BadRequest"),
                argumentSet(
                        "another namespace",
                        "POST",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"}}",
                        400,
                        "BadRequest"),
                argumentSet("no name", "POST", MAPS, "{\"metadata\":{}}", 422, "Invalid"),
                argumentSet("a bad name", "POST", MAPS, "{\"metadata\":{\"name\":\"A_b\"}}", 422, "Invalid"),
                argumentSet(
                        "a bad label",
                        "POST",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x y\":\"\"}}}",
                        422,
                        "Invalid"),
                argumentSet(
                        "no such namespace",
                        "POST",
                        "/api/v1/namespaces/none/configmaps",
                        TestApi.configMap("a"),
                        404,
                        "NotFound"),
                argumentSet("too long", "POST", MAPS, big, 413, "RequestEntityTooLarge"),
                argumentSet("bad label selector", "GET", MAPS + "?labelSelector=a%20b", "", 400, "BadRequest"),
                argumentSet("bad field selector", "GET", PODS + "?fieldSelector=a", "", 400, "BadRequest"),
                argumentSet(
                        "unknown field selector", "GET", PODS + "?fieldSelector=spec.foo%3D1", "", 400, "BadRequest"),
                argumentSet("bad limit", "GET", MAPS + "?limit=x", "", 400, "BadRequest"),
                argumentSet("bad continue", "GET", MAPS + "?continue=x", "", 400, "BadRequest"),
                argumentSet("bad revision", "GET", MAPS + "?resourceVersion=x", "", 400, "BadRequest"),
                argumentSet("revision to come", "GET", MAPS + "?resourceVersion=99999", "", 504, "Timeout"),
                argumentSet(
                        "watch from a revision to come",
                        "GET",
                        MAPS + "?watch=1&resourceVersion=99999",
                        "",
                        504,
                        "Timeout"),
                argumentSet("match without revision", "GET", MAPS + "?resourceVersionMatch=Exact", "", 422, "Invalid"),
                argumentSet("initial events of a list", "GET", MAPS + "?sendInitialEvents=true", "", 422, "Invalid"),
                argumentSet("bad dry run", "POST", MAPS + "?dryRun=Some", TestApi.configMap("a"), 422, "Invalid"),
                argumentSet(
                        "bad strictness",
                        "POST",
                        MAPS + "?fieldValidation=Hard",
                        TestApi.configMap("a"),
                        422,
                        "Invalid"),
                argumentSet("bad patch", "PATCH", MAPS + "/a", "{}", 415, "UnsupportedMediaType"),
                argumentSet("protected namespace", "DELETE", "/api/v1/namespaces/default", "", 403, "Forbidden"),
                argumentSet("bad propagation", "DELETE", MAPS + "/x?propagationPolicy=Some", "", 422, "Invalid"),
                argumentSet("bad grace", "DELETE", MAPS + "/x?gracePeriodSeconds=x", "", 400, "BadRequest"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void badRequestsAreAnsweredWithAStatus(String method, String target, String body, int code, String reason) {
        var exchange = api.ask(method, target, body);
        assertThat(exchange.json().textOrEmpty("reason"))
                .as(exchange.json().compact())
                .isEqualTo(reason);
        assertThat(exchange.status).isEqualTo(code);
        assertThat(exchange.json().number(0, "code")).isEqualTo(code);
        assertThat(exchange.json().text("kind")).isEqualTo("Status");
        assertThat(exchange.json().textOrEmpty("message")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/apis/x", "/apis/x/v1/pods", "/healthy"})
    void whatIsNoneOfItsGroupsIsAnsweredInText(String path) {
        var exchange = api.get(path);
        assertThat(exchange.status).isEqualTo(404);
        assertThat(exchange.text()).isEqualTo("404 page not found\n");
        assertThat(exchange.answerHeaders.first("content-type", "")).isEqualTo("text/plain; charset=utf-8");
    }

    /** The router of the original has no route for it, but lets those in who may read. */
    @Test
    @Timeout(60)
    void headIsAnsweredWhereDocumentsAre() throws Exception {
        for (var path : List.of("/", "/apis", "/readyz", "/version"))
            assertThat(api.ask("HEAD", path, "").status).as(path).isEqualTo(200);
        for (var path : List.of("/smarter/owners", MAPS))
            assertThat(api.ask("HEAD", path, "").status).as(path).isEqualTo(405);
        assertThat(api.ask("HEAD", MAPS + "?watch=1", "").status).isEqualTo(405);
        var somebody = api.certificate("somebody", List.of("people"));
        assertThat(api.as(somebody, "HEAD", MAPS, "").status).isEqualTo(403);
    }

    static Stream<Arguments> accepts() {
        return Stream.of(
                argumentSet("nothing said", "", 200),
                argumentSet("anything", "*/*", 200),
                argumentSet("JSON", "application/json", 200),
                argumentSet("one of several", "application/vnd.kubernetes.protobuf, application/json;q=0.5", 200),
                argumentSet("a table of old", "application/json;as=Table;v=v1beta1;g=meta.k8s.io", 200),
                argumentSet("protobuf only", "application/vnd.kubernetes.protobuf", 200),
                argumentSet("a table of another group", "application/json;as=Table;v=v1;g=x", 406));
    }

    @ParameterizedTest
    @MethodSource("accepts")
    void formatsAreNegotiated(String accept, int code) {
        var headers = accept.isEmpty() ? new Headers() : Headers.of("accept", accept);
        assertThat(api.as(api.admin(), "GET", MAPS, "", headers).status).isEqualTo(code);
    }

    @Test
    void whoShowsNoCertificateIsNobodyAndMaySeeThatWeLive() {
        var refused = api.as(List.of(), "GET", MAPS, "");
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().text("message"))
                .isEqualTo("configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in "
                        + "API group \"\" in the namespace \"default\"");
        assertThat(api.as(List.of(), "GET", "/api", "").json().text("message"))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/api\"");
        for (var path : List.of("/healthz", "/livez", "/readyz", "/version"))
            assertThat(api.as(List.of(), "GET", path, "").status).as(path).isEqualTo(200);
    }

    @Test
    void whoIsNeitherAdministratorNorNodeMayOnlyDiscover() throws Exception {
        var somebody = api.certificate("somebody", List.of("people"));
        var refused = api.as(somebody, "GET", MAPS + "/x", "");
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().text("message"))
                .isEqualTo(
                        "configmaps \"x\" is forbidden: User \"somebody\" cannot get resource \"configmaps\" in API group "
                                + "\"\" in the namespace \"default\"");
        assertThat(api.as(somebody, "GET", "/apis", "").status).isEqualTo(200);
    }

    /** For clients that see no answer while they send. */
    @Test
    void bodiesThatAreALittleTooLongAreTakenAndThrownAway() {
        var big = "x".repeat(Body.LIMIT + 100_000);
        var taken = api.ask("POST", MAPS, big);
        assertThat(taken.status).isEqualTo(413);
        assertThat(taken.unread()).isZero();
        var asked = api.as(api.admin(), "POST", MAPS, big, Headers.of("expect", "100-continue"));
        assertThat(asked.status).isEqualTo(413);
        assertThat(asked.unread()).isEqualTo(big.length());
    }

    @Test
    void everybodyIsToldWhoTheyAre() throws Exception {
        var node = api.node("cam1");
        var me = api.as(node, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")
                .json();
        assertThat(me.text("status", "userInfo", "username")).isEqualTo("system:node:cam1");
        var review = "{\"spec\":{\"resourceAttributes\":{\"verb\":\"create\",\"resource\":\"secrets\"}}}";
        var path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        assertThat(api.as(node, "POST", path, review).json().flag("status", "allowed"))
                .isFalse();
        assertThat(api.ask("POST", path, review).json().flag("status", "allowed"))
                .isTrue();
        assertThat(api.as(List.of(), "POST", path, review).status).isEqualTo(403);
        var table = Headers.of("accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        assertThat(api.as(node, "POST", path, review, table.add("content-type", "application/json")).status)
                .isEqualTo(406);
    }

    @Test
    void namespacesThatMustExistDo() {
        var names = api.get("/api/v1/namespaces").json().items("items").stream()
                .map(item -> item.textOrEmpty("metadata", "name"))
                .toList();
        assertThat(names).containsExactly("default", "kube-node-lease", "kube-public", "kube-system");
    }

    @Test
    void longAnswersAreCompressedWhenTheClientTakesThat() {
        for (int i = 0; i < 3; i++) api.create(MAPS, TestApi.configMap("m" + i, "x", "y".repeat(60_000)));
        var plain = api.get(MAPS);
        assertThat(plain.answerHeaders.first("content-encoding")).isNull();
        var packed = api.as(api.admin(), "GET", MAPS, "", Headers.of("accept-encoding", "gzip"));
        assertThat(packed.answerHeaders.first("content-encoding")).isEqualTo("gzip");
        assertThat(packed.answer).hasSizeLessThan(10_000);
    }

    @Test
    void objectsAreTakenInYamlAndShownIndented() {
        var made = api.ask("POST", MAPS, "metadata: {name: a}\ndata: {x: 'y'}\n", "application/yaml");
        assertThat(made.status).isEqualTo(201);
        assertThat(new String(api.get(MAPS + "/a?pretty=true").answer, StandardCharsets.UTF_8))
                .contains("\n  \"data\": {\n    \"x\": \"y\"\n  }");
    }
}
