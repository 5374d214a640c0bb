package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
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

/** Admission webhooks at a URL, asked over TLS. */
@Timeout(60)
final class WebhooksTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MUTATING = GROUP + "mutatingwebhookconfigurations";
    private static final String VALIDATING = GROUP + "validatingwebhookconfigurations";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String CONFIG_MAPS =
            "rules: [{operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [configmaps]}]";

    @TempDir
    Path folder;

    private TestApi api;
    private TestWebhook webhook;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        webhook = new TestWebhook(api.pki());
    }

    @AfterEach
    void stop() {
        webhook.close();
        api.close();
    }

    private static String json(String yaml) {
        return Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).compact();
    }

    private String hook(String name, String path, String more) {
        return "{name: %s.example.com, admissionReviewVersions: [v1, v1beta1], sideEffects: None, %s, clientConfig: {url: '%s', caBundle: %s}}"
                .formatted(name, more, webhook.url(path), webhook.authority());
    }

    private void configure(String kind, String name, String... hooks) {
        api.create(kind, json("{metadata: {name: %s}, webhooks: [%s]}".formatted(name, String.join(", ", hooks))));
    }

    private FakeExchange map(String name, String... data) {
        return api.ask("POST", MAPS, TestApi.configMap(name, data));
    }

    private static String message(FakeExchange exchange) {
        return exchange.json().textOrEmpty("message");
    }

    // ---- what it says

    static Stream<Arguments> answers() {
        var denied = "admission webhook \"w.example.com\" denied the request";
        var failed = "Internal error occurred: failed calling webhook \"w.example.com\": ";
        return Stream.of(
                argumentSet("allowed", "/allow", 201, ""),
                argumentSet("denied", "/deny/because", 400, denied + ": because"),
                argumentSet("denied for no reason", "/deny", 400, denied + " without explanation"),
                argumentSet("forbidden", "/forbid", 403, denied + ": no"),
                argumentSet(
                        "the answer to another question",
                        "/stranger",
                        500,
                        failed + "received invalid webhook response: expected response.uid="),
                argumentSet("broken", "/broken", 500, failed + "failed to call webhook: Post \"https://127.0.0.1:"),
                argumentSet("text", "/text", 500, failed + "failed to call webhook: Post \"https://127.0.0.1:"),
                argumentSet("endless", "/long", 500, failed + "failed to call webhook: Post \"https://127.0.0.1:"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whatAWebhookSaysCounts(String path, int code, String told) {
        configure(VALIDATING, "c", hook("w", path, CONFIG_MAPS));
        var made = map("m");
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(code);
        if (!told.isEmpty()) assertThat(message(made)).startsWith(told);
        assertThat(api.get(MAPS + "/m").status).isEqualTo(code == 201 ? 200 : 404);
    }

    @Test
    void theQuestionIsAReviewOfTheRequest() {
        configure(VALIDATING, "c", hook("w", "/allow", CONFIG_MAPS));
        map("m", "k", "v");
        api.ask("PATCH", MAPS + "/m?dryRun=All", "{\"data\":{\"k\":\"w\"}}", TestApi.MERGE_PATCH);
        api.ask("DELETE", MAPS + "/m", "");
        var made = webhook.asked.getFirst();
        assertThat(made.textOrEmpty("apiVersion")).isEqualTo("admission.k8s.io/v1");
        assertThat(made.textOrEmpty("timeout")).isEqualTo("10s");
        var request = made.object("request");
        assertThat(request.textOrEmpty("uid")).isNotEmpty();
        assertThat(request.object("kind").compact())
                .isEqualTo("{\"group\":\"\",\"version\":\"v1\",\"kind\":\"ConfigMap\"}");
        assertThat(request.object("resource").compact())
                .isEqualTo("{\"group\":\"\",\"version\":\"v1\",\"resource\":\"configmaps\"}");
        assertThat(List.of(
                        request.textOrEmpty("operation"),
                        request.textOrEmpty("name"),
                        request.textOrEmpty("namespace")))
                .containsExactly("CREATE", "m", "default");
        assertThat(request.text("userInfo", "username")).isNotEmpty();
        assertThat(request.text("object", "data", "k")).isEqualTo("v");
        assertThat(request.get("oldObject")).isEqualTo(Json.Null.NULL);
        var changed = webhook.asked.get(1).object("request");
        assertThat(changed.flag("dryRun")).isTrue();
        assertThat(changed.text("object", "data", "k") + changed.text("oldObject", "data", "k"))
                .isEqualTo("wv");
        var gone = webhook.asked.get(2).object("request");
        assertThat(gone.textOrEmpty("operation")).isEqualTo("DELETE");
        assertThat(gone.get("object")).isEqualTo(Json.Null.NULL);
        assertThat(gone.text("oldObject", "metadata", "name")).isEqualTo("m");
    }

    @Test
    void anOlderReviewIsAskedWhereOnlyThatIsUnderstood() {
        configure(VALIDATING, "c", hook("w", "/deny/old", CONFIG_MAPS).replace("[v1, v1beta1]", "[v1beta1]"));
        assertThat(message(map("m"))).endsWith("denied the request: old");
        assertThat(webhook.asked.getFirst().textOrEmpty("apiVersion")).isEqualTo("admission.k8s.io/v1beta1");
    }

    @Test
    void warningsReachTheClient() {
        configure(VALIDATING, "c", hook("w", "/warn", CONFIG_MAPS));
        assertThat(map("m").answerHeaders.first("warning")).isEqualTo("299 - \"careful\"");
    }

    // ---- when it cannot be asked

    @Test
    void whatIsTooSlowFailsInTime() {
        configure(VALIDATING, "c", hook("w", "/slow", "timeoutSeconds: 1, " + CONFIG_MAPS));
        assertThat(message(map("m"))).contains("?timeout=1s\": context deadline exceeded");
        api.ask("DELETE", VALIDATING + "/c", "");
        configure(VALIDATING, "c", hook("w", "/slow", "timeoutSeconds: 1, failurePolicy: Ignore, " + CONFIG_MAPS));
        assertThat(map("m").status).isEqualTo(201);
    }

    @Test
    void whoIsNotThereOrNotBelievedCannotBeAsked() throws Exception {
        int nobody;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = probe.getLocalPort();
        }
        var hook = hook("w", "/allow", CONFIG_MAPS);
        configure(VALIDATING, "c", hook.replace(":" + webhook.port(), ":" + nobody));
        assertThat(message(map("m")))
                .contains("failed calling webhook \"w.example.com\"")
                .contains("refused");
        api.ask("DELETE", VALIDATING + "/c", "");
        configure(VALIDATING, "c", hook.replace(", caBundle: " + webhook.authority(), ""));
        assertThat(message(map("m"))).contains("tls: failed to verify certificate: x509: ");
        api.ask("DELETE", VALIDATING + "/c", "");
        configure(VALIDATING, "c", hook.replace("127.0.0.1", "127.0.0.2"));
        assertThat(map("m").status).isEqualTo(500);
        assertThat(webhook.asked).isEmpty();
    }

    @Test
    void aServiceThatIsNotThereFailsClosed() {
        configure(
                VALIDATING,
                "c",
                "{name: w.example.com, admissionReviewVersions: [v1], sideEffects: None, %s, clientConfig: {service: {name: s, namespace: default, path: /x}}}"
                        .formatted(CONFIG_MAPS));
        assertThat(message(map("m")))
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"w.example.com\": failed to call webhook: Post "
                                + "\"https://s.default.svc:443/x?timeout=10s\": service \"s\" not found");
        api.create(
                "/api/v1/namespaces/default/services",
                json("{metadata: {name: s}, spec: {selector: {a: b}, ports: [{port: 443}]}}"));
        assertThat(message(map("m"))).endsWith("no endpoints available for service \"s\"");
    }

    // ---- changes

    @Test
    void objectsAreChangedOneWebhookAfterTheOther() {
        configure(MUTATING, "b", hook("second", "/only/first", CONFIG_MAPS), hook("third", "/add/third", CONFIG_MAPS));
        configure(MUTATING, "a", hook("first", "/add/first", CONFIG_MAPS));
        configure(VALIDATING, "a", hook("last", "/only/third", CONFIG_MAPS));
        var made = map("m", "k", "v");
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(201);
        assertThat(made.json().object("data").compact()).isEqualTo("{\"k\":\"v\",\"first\":\"yes\",\"third\":\"yes\"}");
        assertThat(webhook.paths()).containsExactly("/add/first", "/only/first", "/add/third", "/only/third");
        var changed = api.ask("PATCH", MAPS + "/m", "{\"data\":{\"first\":\"no\"}}", TestApi.MERGE_PATCH);
        assertThat(changed.json().text("data", "first")).isEqualTo("yes");
    }

    @Test
    void whoWantsToIsAskedAgainWhenOthersChangedSomething() {
        configure(
                MUTATING,
                "a",
                hook("one", "/add/one", "reinvocationPolicy: IfNeeded, " + CONFIG_MAPS),
                hook("two", "/add/two", CONFIG_MAPS),
                hook("three", "/add/three", "reinvocationPolicy: IfNeeded, " + CONFIG_MAPS));
        map("m");
        assertThat(webhook.paths()).containsExactly("/add/one", "/add/two", "/add/three", "/add/one");
    }

    @Test
    void aChangedPodIsFilledInAndCheckedLikeAnyOther() {
        var rules = "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]";
        var patch =
                "[{\"op\":\"add\",\"path\":\"/spec/initContainers\",\"value\":[{\"name\":\"added\",\"image\":\"i\"}]},"
                        + "{\"op\":\"add\",\"path\":\"/spec/nothing\",\"value\":1}]";
        configure(MUTATING, "a", hook("w", "/patch/" + encoded(patch), rules));
        var made = api.create("/api/v1/namespaces/default/pods", TestApi.pod("p", ""));
        var added = made.items("spec", "initContainers").getFirst();
        assertThat(added.textOrEmpty("terminationMessagePath")).isEqualTo("/dev/termination-log");
        assertThat(made.object("spec").has("nothing")).isFalse();
        api.ask("DELETE", MUTATING + "/a", "");
        var bad = "[{\"op\":\"replace\",\"path\":\"/spec/containers\",\"value\":[]}]";
        configure(MUTATING, "a", hook("w", "/patch/" + encoded(bad), rules));
        var refused = api.ask("POST", "/api/v1/namespaces/default/pods", TestApi.pod("q", ""));
        assertThat(message(refused)).contains("spec.containers: Required value");
    }

    private static String encoded(String patch) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatADeletionHasCannotBeChanged() {
        map("m");
        configure(MUTATING, "a", hook("w", "/add/x", CONFIG_MAPS));
        assertThat(message(api.ask("DELETE", MAPS + "/m", "")))
                .isEqualTo(
                        "Internal error occurred: admission webhook \"w.example.com\" attempted to modify the object, which "
                                + "is not supported for this operation");
    }

    @Test
    void namesStayAsTheyAre() {
        var patch = "[{\"op\":\"replace\",\"path\":\"/metadata/namespace\",\"value\":\"kube-system\"},"
                + "{\"op\":\"replace\",\"path\":\"/metadata/name\",\"value\":\"x\"}]";
        configure(MUTATING, "a", hook("w", "/patch/" + encoded(patch), CONFIG_MAPS));
        var made = map("m");
        assertThat(made.json().text("metadata", "namespace") + "/" + made.json().text("metadata", "name"))
                .isEqualTo("default/m");
    }

    // ---- which requests

    @Test
    void conditionsAndSelectorsChoose() {
        configure(
                VALIDATING,
                "c",
                hook(
                        "a",
                        "/deny/a",
                        "matchConditions: [{name: c, expression: \"object.metadata.name != 'skip-me'\"}], "
                                + CONFIG_MAPS),
                hook("b", "/deny/b", "objectSelector: {matchLabels: {a: b}}, " + CONFIG_MAPS),
                hook("c", "/deny/c", "namespaceSelector: {matchLabels: {a: b}}, " + CONFIG_MAPS),
                hook("d", "/deny/d", "rules: []"));
        assertThat(message(map("m"))).contains("a.example.com");
        assertThat(map("skip-me").status).isEqualTo(201);
    }

    @Test
    void connectionsAreSeenAndTheConfigurationsAreNot() {
        api.create("/api/v1/namespaces/default/pods", TestApi.pod("p", ""));
        configure(
                VALIDATING,
                "c",
                hook(
                        "w",
                        "/deny/attach",
                        "rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*']}]"));
        assertThat(message(api.ask("POST", "/api/v1/namespaces/default/pods/p/attach?stdin=true", "")))
                .endsWith("denied the request: attach");
        assertThat(webhook.asked.getFirst().object("request").text("object", "kind"))
                .isEqualTo("PodAttachOptions");
        assertThat(api.ask("PATCH", VALIDATING + "/c", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", TestApi.MERGE_PATCH)
                        .status)
                .isEqualTo(200);
        assertThat(api.ask("DELETE", VALIDATING + "/c", "").status).isEqualTo(200);
        assertThat(map("m").status).isEqualTo(201);
    }

    @Test
    void dryRunsAskOnlyThoseWithoutEffects() {
        configure(VALIDATING, "c", hook("w", "/allow", CONFIG_MAPS));
        assertThat(api.ask("POST", MAPS + "?dryRun=All", TestApi.configMap("m")).status)
                .isEqualTo(201);
        assertThat(webhook.asked).hasSize(1);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet(
                        "short name",
                        "name: w.example.com",
                        "name: w",
                        "should be a domain with at least three segments"),
                argumentSet(
                        "effects",
                        "sideEffects: None",
                        "sideEffects: Some",
                        "webhooks[0].sideEffects: Unsupported value"),
                argumentSet("version", "[v1, v1beta1]", "[v2]", "must include at least one of v1, v1beta1"),
                argumentSet("plain", "url: 'https://", "url: 'http://", "'https' is the only allowed URL scheme"),
                argumentSet("both", "url:", "service: {name: s, namespace: n}, url:", "exactly one of url or service"),
                argumentSet("bundle", "caBundle: ", "caBundle: aGVsbG8=, x: ", "unable to load root certificates"),
                argumentSet("timeout", "rules:", "timeoutSeconds: 31, rules:", "must be between 1 and 30"),
                argumentSet(
                        "condition",
                        "rules:",
                        "matchConditions: [{name: c, expression: '... [] bad expression'}], rules:",
                        "webhooks[0].matchConditions[0].expression: Invalid value: \"... [] bad expression\": compilation failed"),
                argumentSet("operation", "operations: ['*']", "operations: [LIST]", "Unsupported value: \"LIST\""));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWhenAConfigurationIsWritten(String from, String to, String told) {
        var hook = hook("w", "/allow", CONFIG_MAPS).replace(from, to);
        var refused = api.ask("POST", VALIDATING, json("{metadata: {name: c}, webhooks: [" + hook + "]}"));
        assertThat(refused.status).isEqualTo(422);
        assertThat(message(refused)).contains(told);
    }
}
