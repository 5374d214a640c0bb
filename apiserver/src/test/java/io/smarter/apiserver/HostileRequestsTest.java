package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are made to take time or memory: each is answered soon, and those that go too far with what is wrong. */
class HostileRequestsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    /** Far more than any takes (2 s), also on a machine that has much else to do; what grows with the square takes hours. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static TestApi api;

    @BeforeAll
    static void open() throws Exception {
        api = new TestApi(folder);
        api.create(MAPS, TestApi.configMap("small", "k", "v"));
        api.create(
                MAPS,
                "{\"metadata\":{\"name\":\"large\"},\"data\":{" + many(40_000, ",", i -> "\"k" + i + "\":\"\"") + "}}");
        api.create(PODS, TestApi.pod("p", "n"));
    }

    @AfterAll
    static void close() {
        api.close();
    }

    private static String many(int count, String separator, java.util.function.IntFunction<String> each) {
        return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(separator));
    }

    private static FakeExchange answeredSoon(String method, String path, String body, String type) {
        long begun = System.nanoTime();
        var exchange = api.ask(method, path, body, type);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        long size = exchange.answer.length
                + exchange.answerHeaders.all("warning").stream()
                        .mapToLong(String::length)
                        .sum();
        assertThat(size).as("length of the answer").isLessThan(4 << 20);
        return exchange;
    }

    static Stream<Arguments> bodies() {
        var map = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"},";
        var yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
        return Stream.of(
                argumentSet("JSON, deep", "application/json", "[".repeat(1_000_000), 400),
                argumentSet("JSON, deep objects", "application/json", "{\"a\":".repeat(400_000), 400),
                argumentSet(
                        "JSON, members given twice, at the end of a long path",
                        "application/json",
                        map + "\"" + "n".repeat(1_400_000) + "\":{" + many(200_000, ",", _ -> "\"a\":1") + "}}",
                        201),
                argumentSet(
                        "JSON, a number with a long exponent",
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"terminationGracePeriodSeconds\":1e999999999,\"containers\":[]}}",
                        400),
                argumentSet(
                        "JSON, a long number",
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"terminationGracePeriodSeconds\":"
                                + "9".repeat(1_000_000) + ",\"containers\":[]}}",
                        400),
                argumentSet(
                        "JSON, many members that do not exist",
                        "application/json",
                        map.replace("\"x\"", "\"y\"") + many(250_000, ",", i -> "\"u" + i + "\":1") + "}",
                        201),
                argumentSet("YAML, deep", "application/yaml", "[".repeat(1_000_000), 400),
                argumentSet("YAML, deep mappings", "application/yaml", "{a: ".repeat(400_000), 400),
                argumentSet("YAML, deep questions", "application/yaml", "? ".repeat(400_000), 400),
                argumentSet("YAML, deep dashes", "application/yaml", "- ".repeat(400_000), 400),
                argumentSet(
                        "YAML, aliases of aliases",
                        "application/yaml",
                        yaml + "a: &a [" + many(1000, ",", _ -> "x") + "]\n"
                                + many(
                                        5,
                                        "\n",
                                        i -> "%c: &%c [%s]"
                                                .formatted(
                                                        'b' + i, 'b' + i, many(9, ",", _ -> "*" + (char) ('a' + i)))),
                        400),
                argumentSet(
                        "YAML, aliases of a long text",
                        "application/yaml",
                        yaml + "data:\n  a: &a " + "x".repeat(1_000_000) + "\n"
                                + many(100_000, "\n", i -> "  k" + i + ": *a"),
                        400),
                argumentSet("YAML, an alias of itself", "application/yaml", yaml + "data: &a {k: *a}\n", 400));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBody(String type, String body, int code) {
        var exchange = answeredSoon("POST", body.contains("\"Pod\"") ? PODS : MAPS, body, type);
        assertThat(exchange.status).as(() -> exchange.json().compact()).isEqualTo(code);
    }

    static Stream<Arguments> patches() {
        var json = TestApi.JSON_PATCH;
        var strategic = TestApi.STRATEGIC_PATCH;
        var maps = MAPS + "/small";
        var pod = PODS + "/p";
        return Stream.of(
                argumentSet(
                        "merge, many members",
                        MAPS + "/small",
                        TestApi.MERGE_PATCH,
                        "{\"data\":{" + many(200_000, ",", i -> "\"k" + i + "\":\"\"") + "}}",
                        413),
                argumentSet(
                        "merge, many members away",
                        MAPS + "/large?dryRun=All",
                        TestApi.MERGE_PATCH,
                        "{\"data\":{" + many(40_000, ",", i -> "\"k" + i + "\":null") + "}}",
                        200),
                argumentSet(
                        "JSON, a list that grows at its front",
                        maps,
                        json,
                        "[{\"op\":\"add\",\"path\":\"/metadata/finalizers\",\"value\":["
                                + many(300_000, ",", _ -> "\"\"") + "]},"
                                + many(
                                        9_000,
                                        ",",
                                        _ -> "{\"op\":\"add\",\"path\":\"/metadata/finalizers/0\",\"value\":\"\"}")
                                + "]",
                        413),
                argumentSet(
                        "JSON, a member of a large object, often",
                        MAPS + "/large",
                        json,
                        "[" + many(9_000, ",", i -> "{\"op\":\"add\",\"path\":\"/data/k" + i + "\",\"value\":\"x\"}")
                                + "]",
                        413),
                argumentSet(
                        "JSON, doubling",
                        maps,
                        json,
                        "[{\"op\":\"add\",\"path\":\"/data/a\",\"value\":{\"a\":\"xxxxxxxx\"}},"
                                + many(
                                        60,
                                        ",",
                                        i -> "{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/c" + i + "\"}")
                                + "]",
                        422),
                argumentSet(
                        "JSON, a long path",
                        maps,
                        json,
                        "[{\"op\":\"remove\",\"path\":\"" + "/a".repeat(1_000_000) + "\"}]",
                        422),
                argumentSet(
                        "strategic, many gone of many",
                        maps,
                        strategic,
                        "{\"metadata\":{\"finalizers\":[" + many(100_000, ",", i -> "\"a" + i + "\"")
                                + "],\"$deleteFromPrimitiveList/finalizers\":["
                                + many(100_000, ",", i -> "\"b" + i + "\"") + "]}}",
                        413),
                argumentSet(
                        "strategic, one key again and again",
                        pod,
                        strategic,
                        "{\"spec\":{\"containers\":["
                                + many(30_000, ",", i -> "{\"name\":\"c\",\"env\":[{\"name\":\"e" + i + "\"}]}")
                                + "]}}",
                        413),
                argumentSet(
                        "strategic, a long order",
                        pod,
                        strategic,
                        "{\"spec\":{\"$setElementOrder/containers\":["
                                + many(100_000, ",", i -> "{\"name\":\"c" + i + "\"}") + "]}}",
                        200),
                argumentSet(
                        "apply, many members",
                        MAPS + "/applied?fieldManager=m",
                        TestApi.APPLY,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"applied\"},\"data\":{"
                                + many(200_000, ",", i -> "\"k" + i + "\":\"\"") + "}}",
                        413),
                argumentSet(
                        "apply, many items by key",
                        PODS + "/applied?fieldManager=m",
                        TestApi.APPLY,
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"applied\"},\"spec\":{\"containers\":["
                                + many(20_000, ",", i -> "{\"name\":\"c" + i + "\",\"image\":\"i\"}") + "]}}",
                        413),
                argumentSet(
                        "apply, one key again and again",
                        PODS + "/applied?fieldManager=m",
                        TestApi.APPLY,
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"applied\"},\"spec\":{\"containers\":["
                                + many(60_000, ",", _ -> "{\"name\":\"c\",\"image\":\"i\"}") + "]}}",
                        500),
                argumentSet(
                        "apply, members given twice, at the end of a long path",
                        MAPS + "/applied?fieldManager=m",
                        TestApi.APPLY,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"applied\"},\""
                                + "n".repeat(1_400_000) + "\":{" + many(200_000, ",", _ -> "\"a\":1") + "}}",
                        400));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void aPatch(String path, String type, String patch, int code) {
        var exchange = answeredSoon("PATCH", path, patch, type);
        assertThat(exchange.status).as(() -> exchange.json().compact()).isEqualTo(code);
    }

    static Stream<Arguments> selectors() {
        return Stream.of(
                argumentSet("long", "labelSelector=" + many(5_000, "%2C", i -> "k" + i), 400),
                argumentSet("many parentheses", "labelSelector=" + "(".repeat(10_000), 400),
                argumentSet("many commas", "labelSelector=" + "%2C".repeat(10_000), 400),
                argumentSet("many values", "labelSelector=a+in+(" + many(2_500, "%2C", i -> "v" + i) + ")", 200),
                argumentSet("many fields", "fieldSelector=" + many(500, "%2C", i -> "metadata.name%21%3Dn" + i), 200),
                argumentSet("long fields", "fieldSelector=" + "a".repeat(20_000), 400),
                argumentSet("backslashes", "fieldSelector=metadata.name%3D" + "%5C".repeat(16_000), 200));
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void aSelector(String query, int code) {
        var exchange = answeredSoon("GET", MAPS + "?" + query, "", "application/json");
        assertThat(exchange.status).as(() -> exchange.json().compact()).isEqualTo(code);
    }

    @Test
    void whatAStrictServerFoundIsNotToldAtAnyLength() {
        var body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"z\"},"
                + many(200_000, ",", i -> "\"u" + i + "\":1") + "}";
        var exchange = answeredSoon("POST", MAPS + "?fieldValidation=Strict", body, "application/json");
        assertThat(exchange.status).isEqualTo(400);
        assertThat(exchange.answer.length).isLessThan(20_000);
        exchange = api.as(
                api.admin(),
                "POST",
                MAPS + "?fieldValidation=Warn",
                body,
                Headers.of("content-type", "application/json"));
        assertThat(exchange.answerHeaders.all("warning").stream()
                        .mapToInt(String::length)
                        .sum())
                .isBetween(1000, 8000);
    }
}
