package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Duplex;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.SpdyConnection;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StreamsTest {
    private static final String POD = "/api/v1/namespaces/default/pods/web/";

    @TempDir
    private Path data;

    private final TestRuntime runtime = new TestRuntime();
    private TestCloud cloud;
    private Http2Connection gateway;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data, Clock.systemUTC());
        gateway = cloud.gateway("edge", runtime::handle);
    }

    @AfterEach
    void stop() {
        gateway.close();
        cloud.close();
    }

    private TestChannels channels(String rest, String protocols) throws IOException {
        return new TestChannels(cloud.connect(cloud.pki.admin(), "http/1.1"), POD + rest, protocols);
    }

    private Json get(String rest, int status) throws IOException {
        try (var client = cloud.http2(cloud.pki.admin())) {
            var response = client.send("GET", POD + rest, new Headers(), new byte[0], 10_000);
            assertThat(response.status()).isEqualTo(status);
            return status == 200
                    ? Json.of(new String(response.body(), StandardCharsets.UTF_8))
                    : Json.parse(response.body());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Json status(Map<Integer, String> channels) {
        return Json.parse(channels.getOrDefault(3, "{}"));
    }

    @Test
    void givesLogs() throws Exception {
        assertThat(get("log?tailLines=5&timestamps=true", 200)).isEqualTo(Json.of("line one\n"));
        assertThat(runtime.requests.take()).isEqualTo("GET /containerLogs/default/web/main");
        assertThat(get("log?previous=true", 400).text("message"))
                .isEqualTo("previous terminated container main not found");
    }

    @Test
    void followsLogsUntilTheClientLeaves() throws Exception {
        try (var client = cloud.http2(cloud.pki.admin());
                var stream = client.open("GET", POD + "log?follow=true", new Headers(), true)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.in().readNBytes(19)).asString().isEqualTo("line one\nline more\n");
        }
        assertThat(runtime.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                argumentSet("negative tail", "log?tailLines=-1", 422, "tailLines must be 0 or more, was -1"),
                argumentSet("not a number", "log?limitBytes=x", 422, "limitBytes must be a number, was x"),
                argumentSet("unknown container", "log?container=no", 400, "container no is not valid for pod web"),
                argumentSet("no command", "exec?stdout=true", 400, "you must specify at least one command"),
                argumentSet("no stream", "exec?command=ls", 400, "you must specify at least one of stdin"),
                argumentSet("no upgrade", "exec?command=ls&stdout=true", 400, "Upgrade request required"),
                argumentSet("no upgrade to forward", "portforward", 400, "Upgrade request required"),
                argumentSet("unknown subresource", "proxy", 404, "pods have no subresource proxy"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWithAReason(String rest, int code, String message) throws Exception {
        var status = get(rest, code);
        assertThat(status.text("kind")).isEqualTo("Status");
        assertThat(status.text("message")).startsWith(message);
    }

    @Test
    void saysThatTheGatewayIsNotThere() throws Exception {
        cloud.pod(TestCloud.POD.withAt(Json.of("other"), "spec", "nodeName"));
        var never = get("log", 503);
        assertThat(never.text("reason")).isEqualTo("ServiceUnavailable");
        assertThat(never.text("message"))
                .startsWith("gateway other is not connected, and was not since the cloud started");
        cloud.pod(TestCloud.POD);
        gateway.close();
        while (cloud.tunnels.connected().contains("edge")) Thread.onSpinWait();
        assertThat(get("log", 503).text("message")).startsWith("gateway edge is not connected since 20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void execsOverAWebSocket(String protocol) throws Exception {
        var script = StreamTarget.encode("echo out; echo err >&2; exit 3");
        try (var client =
                channels("exec?command=sh&command=-c&command=" + script + "&stdout=true&stderr=true", protocol)) {
            assertThat(client.head).startsWith("HTTP/1.1 101").contains("sec-websocket-protocol: " + protocol);
            var channels = client.collect();
            assertThat(channels).containsEntry(1, "out\n").containsEntry(2, "err\n");
            var status = status(channels);
            assertThat(status.text("reason")).isEqualTo("NonZeroExitCode");
            assertThat(status.items("details", "causes").getFirst().text("message"))
                    .isEqualTo("3");
        }
    }

    @Test
    void tellsOldClientsInWordsWhatWentWrong() throws Exception {
        var rest = "exec?command=sh&command=-c&command=" + StreamTarget.encode("echo out; exit 3") + "&stdout=true";
        try (var client = channels(rest, "channel.k8s.io")) {
            var channels = client.collect();
            assertThat(channels).containsEntry(1, "out\n");
            assertThat(channels.get(3)).contains("exit").doesNotStartWith("{");
        }
        try (var client = channels("exec?command=echo&command=out&stdout=true", "channel.k8s.io")) {
            assertThat(client.collect()).containsOnly(Map.entry(1, "out\n"));
        }
    }

    @Test
    void execsInBase64() throws Exception {
        try (var client = channels("exec?command=cat&stdin=true&stdout=true", "base64.channel.k8s.io")) {
            assertThat(client.receive()).isEqualTo(bytes("1"));
            client.send('0', bytes("aGkK"));
            assertThat(client.receive()).isEqualTo(bytes("1aGkK"));
        }
    }

    @ParameterizedTest
    @CsvSource({"binary.k8s.io,line one", "base64.binary.k8s.io,bGluZSBvbmUK"})
    void givesLogsInMessages(String protocol, String first) throws Exception {
        try (var client = channels("log", protocol)) {
            assertThat(client.head).startsWith("HTTP/1.1 101");
            assertThat(client.receive()).asString(StandardCharsets.UTF_8).startsWith(first);
        }
    }

    @Test
    void endsStdinOnlyWhenTheClientSaysSo() throws Exception {
        try (var client = channels("exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io")) {
            assertThat(client.receive()).containsExactly(1);
            client.send(0, bytes("hello "));
            assertThat(client.receive()).isEqualTo(bytes("\1hello "));
            client.send(0, new byte[300_000]);
            client.send(new byte[] {(byte) 255, 0});
            var channels = client.collect();
            assertThat(channels.get(1)).hasSize(300_000);
            assertThat(status(channels).text("status")).isEqualTo("Success");
        }
    }

    @Test
    void passesTerminalSizesOn() throws Exception {
        try (var client =
                channels("exec?command=cat&stdin=true&stdout=true&stderr=true&tty=true", "v5.channel.k8s.io")) {
            client.send(4, bytes("{\"Width\":80,\"Height\":24}\n"));
            assertThat(runtime.sizes.poll(10, TimeUnit.SECONDS)).isEqualTo("{\"Width\":80,\"Height\":24}\n");
            client.send(new byte[] {(byte) 255, 0});
            assertThat(client.collect()).containsKey(3).doesNotContainKey(2);
        }
    }

    @Test
    void attachesToTheTerminalThatTheContainerHas() throws Exception {
        var container = Json.obj("name", "main", "image", "i", "tty", true);
        cloud.pod(TestCloud.POD.withAt(Json.arr(container), "spec", "containers"));
        try (var client = channels("attach?stdin=true&stdout=true&stderr=true", "v5.channel.k8s.io")) {
            client.send(4, bytes("{\"Width\":80,\"Height\":24}\n"));
            assertThat(runtime.sizes.poll(10, TimeUnit.SECONDS)).isNotNull();
            client.send(new byte[] {(byte) 255, 0});
            assertThat(client.collect()).containsKey(3).doesNotContainKey(2);
        }
    }

    @Test
    void stopsTheCommandWhenTheClientLeaves() throws Exception {
        try (var client = channels("exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io")) {
            client.send(0, bytes("x"));
            assertThat(client.receive()).isNotNull();
        }
        assertThat(runtime.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "spdy", "log"})
    void aStuckReaderBlocksNobodyElse(String kind) throws Exception {
        try (var stuck = stuck(kind)) {
            Thread.sleep(500); // all buffers on the way fill up
            for (int i = 0; i < 5; i++) {
                assertThat(get("log", 200)).isEqualTo(Json.of("line one\n"));
                try (var client = channels("exec?command=echo&command=hi&stdout=true", "v5.channel.k8s.io")) {
                    assertThat(client.collect()).containsEntry(1, "hi\n");
                }
            }
            assertThat(stuck).isNotNull();
        }
    }

    private AutoCloseable stuck(String kind) throws Exception {
        if (kind.equals("websocket")) return channels("exec?command=yes&stdout=true", "v5.channel.k8s.io");
        if (kind.equals("spdy")) {
            var connection = spdy("exec?command=yes&stdout=1", "v4.channel.k8s.io");
            var spdy = SpdyConnection.client(connection);
            spdy.open(Headers.of("streamtype", "error"));
            spdy.open(Headers.of("streamtype", "stdout"));
            return spdy;
        }
        var client = cloud.http2(cloud.pki.admin());
        client.open("GET", POD + "log?follow=true&limitBytes=100000000", new Headers(), true)
                .status();
        return client;
    }

    @Test
    void neverReportsSuccessWhenTheGatewayIsLost() throws Exception {
        try (var client = channels("exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io")) {
            assertThat(client.receive()).containsExactly(1);
            gateway.close();
            assertThat(status(client.collect()).text("status")).isEqualTo("Failure");
        }
    }

    @Test
    void refusesProtocolsThatItDoesNotSpeak() throws Exception {
        try (var client = channels("exec?command=cat&stdin=true", "v9.channel.k8s.io")) {
            assertThat(client.head).startsWith("HTTP/1.1 403");
            assertThat(client.body(150)).contains("unable to negotiate protocol");
        }
    }

    private Duplex spdy(String rest, String protocol) throws IOException {
        var connection = cloud.connect(cloud.pki.admin(), "http/1.1");
        var request = String.join(
                "\r\n",
                "POST " + POD + rest + " HTTP/1.1",
                "Host: cloud",
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "X-Stream-Protocol-Version: " + protocol,
                "X-Stream-Protocol-Version: other",
                "Content-Length: 0",
                "",
                "");
        connection.out().write(bytes(request));
        connection.out().flush();
        var head = head(connection.in());
        assertThat(head)
                .startsWith("HTTP/1.1 101")
                .contains("x-stream-protocol-version: " + protocol, "upgrade: SPDY/3.1");
        return connection;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.read());
        return head.toString();
    }

    @Test
    void pipesSpdyExec() throws Exception {
        try (var spdy = SpdyConnection.client(spdy("exec?command=cat&stdin=1&stdout=1", "v4.channel.k8s.io"))) {
            var error = spdy.open(Headers.of("streamtype", "error"));
            var stdin = spdy.open(Headers.of("streamtype", "stdin"));
            var stdout = spdy.open(Headers.of("streamtype", "stdout"));
            Thread.ofVirtual().start(() -> fill(stdin.out()));
            assertThat(stdout.in().readAllBytes()).hasSize(1_000_000);
            assertThat(Json.parse(error.in().readAllBytes()).text("status")).isEqualTo("Success");
        }
    }

    private static void fill(OutputStream out) {
        try (out) {
            out.write(new byte[1_000_000]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void forwardsPortsOverSpdy() throws Exception {
        forward(spdy("portforward", "portforward.k8s.io"));
    }

    @Test
    void forwardsPortsInsideAWebSocket() throws Exception {
        try (var client = channels("portforward", "SPDY/3.1+portforward.k8s.io")) {
            assertThat(client.head)
                    .startsWith("HTTP/1.1 101")
                    .contains("sec-websocket-protocol: SPDY/3.1+portforward.k8s.io");
            forward(new TestMessages(client));
        }
    }

    private void forward(Duplex connection) throws Exception {
        try (var spdy = SpdyConnection.client(connection)) {
            for (int i = 0; i < 3; i++) {
                var fields = Map.of("port", "80", "requestid", "" + i);
                var error = spdy.open(headers("error", fields));
                error.out().close();
                var content = spdy.open(headers("data", fields));
                content.out().write(bytes("hello"));
                content.out().close();
                assertThat(content.in().readAllBytes()).asString().isEqualTo("HELLO");
                assertThat(error.in().readAllBytes()).isEmpty();
            }
        }
        assertThat(runtime.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Headers headers(String type, Map<String, String> fields) {
        var headers = Headers.of("streamtype", type);
        fields.forEach(headers::add);
        return headers;
    }
}
