package io.smarter.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntakeTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");
    private static final Headers SENDER = Headers.of("authorization", "Bearer s3cret");

    @TempDir
    private Path folder;

    private Intake intake;

    @BeforeEach
    void open() throws IOException {
        intake = open(Limits.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        intake.close();
    }

    @Test
    void theNewestReadingOfEachNameIsTold() throws Exception {
        post(line("gw1", "b", 1, "05:00:00"), line("gw1", "a", 2, "05:00:00"), line("gw2", "a", 3, "05:00:00"));
        post(line("gw1", "a", 4, "05:00:01"), line("gw2", "a", 5, "04:59:59"));

        assertThat(values("")).containsExactly("gw1/a=4.0", "gw1/b=1.0", "gw2/a=3.0");
        assertThat(values("?node=gw2")).containsExactly("gw2/a=3.0");
        assertThat(values("?name=a&node=gw1")).containsExactly("gw1/a=4.0");
        assertThat(values("?node=gw9")).isEmpty();
    }

    @Test
    void goodLinesAreKeptThoughOthersAreBad() throws Exception {
        var answer = post("{}", line("gw1", "a", 1, "05:00:00"), "", "x".repeat(9000));

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.json().number(-1, "accepted")).isOne();
        assertThat(answer.json().number(-1, "rejectedCount")).isEqualTo(2);
        assertThat(answer.json().items("rejected"))
                .extracting(Json::compact)
                .containsExactly(
                        "{\"line\":1,\"reason\":\"node: must be a DNS subdomain of at most 253 characters, was missing\"}",
                        "{\"line\":4,\"reason\":\"longer than 8192 bytes\"}");
        assertThat(values("")).containsExactly("gw1/a=1.0");
    }

    @Test
    void aBatchOfBadLinesOnlyIsInvalid() throws Exception {
        var answer = post("{", "[]");

        assertThat(answer.status).isEqualTo(422);
        assertThat(answer.json().text("kind")).isEqualTo("Status");
        assertThat(answer.json().text("reason")).isEqualTo("Invalid");
        assertThat(answer.json().textOrEmpty("message")).contains("none of 2 lines is a reading; line 1: ");
        assertThat(answer.json().items("details", "causes"))
                .extracting(cause -> cause.text("field"))
                .containsExactly("line 1", "line 2");
    }

    static Stream<Arguments> refused() throws Exception {
        var admin = List.of(certificate("admin"));
        var node = List.of(certificate("node"));
        var gzip = Headers.of("authorization", "Bearer s3cret", "content-encoding", "gzip");
        var bomb = gzip(new byte[Batch.MAX_BODY + 1]);
        var half = Arrays.copyOf(gzip(line("gw1", "a", 1, "05:00:00").getBytes(UTF_8)), 40);
        return Stream.of(
                argumentSet("no token", "POST", "", Headers.of(), List.of(), "", 401, "Unauthorized"),
                argumentSet("wrong token", "POST", "", bearer("s3cres"), List.of(), "", 401, "Unauthorized"),
                argumentSet("token's beginning", "POST", "", bearer("s3"), List.of(), "", 401, "Unauthorized"),
                argumentSet("node certificate", "POST", "", Headers.of(), node, "", 401, "Unauthorized"),
                argumentSet("read with token only", "GET", "", SENDER, List.of(), "", 403, "Forbidden"),
                argumentSet("read as node", "GET", "", SENDER, node, "", 403, "Forbidden"),
                argumentSet("other path", "GET", "/7", SENDER, admin, "", 404, "NotFound"),
                argumentSet("other method", "DELETE", "", SENDER, admin, "", 405, "MethodNotAllowed"),
                argumentSet(
                        "too long",
                        "POST",
                        "",
                        SENDER,
                        admin,
                        "x".repeat(Batch.MAX_BODY + 1),
                        413,
                        "RequestEntityTooLarge"),
                argumentSet("gzip bomb", "POST", "", gzip, admin, bomb, 413, "RequestEntityTooLarge"),
                argumentSet("half a gzip", "POST", "", gzip, admin, half, 400, "BadRequest"),
                argumentSet("no gzip", "POST", "", gzip, admin, "hello", 400, "BadRequest"),
                argumentSet(
                        "unknown encoding",
                        "POST",
                        "",
                        Headers.of("content-encoding", "br"),
                        admin,
                        "",
                        415,
                        "UnsupportedMediaType"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsRefusedGetsAStatus(
            String method,
            String suffix,
            Headers headers,
            List<X509Certificate> peer,
            Object body,
            int code,
            String reason)
            throws Exception {
        var bytes = body instanceof String text ? text.getBytes(UTF_8) : (byte[]) body;
        var exchange = new FakeExchange(method, Intake.PATH + suffix, headers, peer, bytes);

        intake.handle(exchange);

        assertThat(exchange.status).isEqualTo(code);
        assertThat(exchange.json().text("reason")).isEqualTo(reason);
        assertThat(exchange.json().number(0, "code")).isEqualTo(code);
        assertThat(values("")).isEmpty();
    }

    @Test
    void anAdminMayPostGzip() throws Exception {
        var body = gzip((line("gw1", "a", 1, "05:00:00") + "\n").getBytes(UTF_8));
        var exchange = new FakeExchange(
                "POST", Intake.PATH, Headers.of("content-encoding", "gzip"), List.of(certificate("admin")), body);

        intake.handle(exchange);

        assertThat(exchange.text()).isEqualTo("{\"accepted\":1,\"rejectedCount\":0,\"rejected\":[]}");
    }

    @Test
    void whatWasAnsweredForIsThereAfterARestart() throws Exception {
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int node = 0; node < 20; node++) {
                var name = "gw" + node;
                senders.execute(() -> IntStream.range(0, 10)
                        .forEach(i -> assertThat(postQuietly(line(name, "a", i, "05:00:0" + i)))
                                .isEqualTo(200)));
            }
        }
        var before = values("");
        intake.close();
        Files.writeString(folder.resolve("readings-0000000000000001.ndjson"), "{\"torn", StandardOpenOption.APPEND);

        intake = open(Limits.DEFAULT);

        assertThat(values("")).isEqualTo(before).hasSize(20).allMatch(value -> value.endsWith("/a=9.0"));
    }

    @Test
    void thePairNotHeardOfForLongestIsForgotten() throws Exception {
        intake.close();
        intake = open(new Limits(1000, 2, 2, 1));

        post(line("gw1", "a", 1, "05:00:00"));
        post(line("gw1", "b", 2, "05:00:00"));
        post(line("gw1", "a", 3, "05:00:00"));
        post(line("gw1", "c", 4, "05:00:00"));

        assertThat(values("")).containsExactly("gw1/a=3.0", "gw1/c=4.0");
    }

    @Test
    void aWatchTellsWhatIsKnownAndThenWhatComes() throws Exception {
        post(line("gw1", "a", 1, "05:00:00"));
        try (var reader = watch("?watch=1&node=gw1")) {
            assertThat(reader.readLine()).contains("\"value\":1.0");

            post(line("gw2", "a", 2, "05:00:00"), line("gw1", "a", 3, "05:00:00"));
            assertThat(reader.readLine()).contains("\"value\":3.0");

            intake.close();
            assertThat(reader.readLine()).isNull();
        }
    }

    @Test
    void aWatcherThatFallsBehindIsEnded() throws Exception {
        var newest = new Newest(Limits.DEFAULT);
        var reading = new Reading("gw1", "a", 1, "1", NOW);
        try (var slow = Objects.requireNonNull(newest.watch(new Newest.Filter(null, null)))) {
            newest.publish(Collections.nCopies(10_000, reading));

            assertThat(slow.next()).isEmpty();
        }
        assertThat(newest.matching(new Newest.Filter(null, null))).containsExactly(reading);
    }

    @Test
    void watchesAreCounted() {
        var newest = new Newest(new Limits(1, 1, 1, 1));
        var all = new Newest.Filter(null, null);
        var only = Objects.requireNonNull(newest.watch(all));
        assertThat(newest.watch(all)).isNull();

        only.close();

        assertThat(newest.watch(all)).isNotNull();
    }

    private Intake open(Limits limits) throws IOException {
        return Intake.open(folder, "s3cret", InstantSource.fixed(NOW), limits);
    }

    private FakeExchange post(String... lines) throws Exception {
        var body = String.join("\n", lines).getBytes(UTF_8);
        var exchange = new FakeExchange("POST", Intake.PATH, SENDER, List.of(), body);
        intake.handle(exchange);
        return exchange;
    }

    private int postQuietly(String line) {
        try {
            return post(line).status;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> values(String query) throws Exception {
        var exchange =
                new FakeExchange("GET", Intake.PATH + query, Headers.of(), List.of(certificate("admin")), new byte[0]);
        intake.handle(exchange);
        assertThat(exchange.status).isEqualTo(200);
        return exchange.json().items("readings").stream()
                .map(item -> item.text("node") + "/" + item.text("name") + "="
                        + (item.at("value") instanceof Json.Num(var literal) ? literal : "?"))
                .toList();
    }

    private BufferedReader watch(String query) throws Exception {
        var in = new PipedInputStream();
        var exchange = new FakeExchange(
                "GET",
                Intake.PATH + query,
                Headers.of(),
                List.of(certificate("admin")),
                InputStream.nullInputStream(),
                new PipedOutputStream(in));
        var _ = Thread.startVirtualThread(() -> {
            try {
                intake.handle(exchange);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        return new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    private static Headers bearer(String token) {
        return Headers.of("authorization", "Bearer " + token);
    }

    private static String line(String node, String name, int value, String time) {
        return "{\"node\":\"%s\",\"name\":\"%s\",\"value\":%d,\"unit\":\"1\",\"time\":\"2026-11-24T%sZ\"}"
                .formatted(node, name, value, time);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static X509Certificate certificate(String name) throws Exception {
        try (var in = IntakeTest.class.getResourceAsStream(name + ".pem")) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
