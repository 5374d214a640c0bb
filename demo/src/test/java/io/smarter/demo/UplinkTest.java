package io.smarter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.Pem;
import io.smarter.http.TlsIdentity;
import io.smarter.telemetry.Intake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The uplink against the real intake behind the real server. */
@Timeout(60)
class UplinkTest {
    @TempDir
    private static Path keys;

    private static TlsIdentity identity;

    @TempDir
    private Path folder;

    private final LineBuffer waiting = new LineBuffer(1 << 20);

    @BeforeAll
    static void makeCertificate() throws Exception {
        var file = keys.resolve("server.p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "changeit")
                .start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        identity = new TlsIdentity((PrivateKey) store.getKey("a", "changeit".toCharArray()), List.of((X509Certificate)
                store.getCertificate("a")));
    }

    @BeforeEach
    void writeSecret() throws IOException {
        Pem.write(folder.resolve("ca.crt"), identity.chain());
        Files.writeString(folder.resolve("token"), "s3cret\n");
    }

    @Test
    void whatIsSentIsInTheIntake() throws Exception {
        try (var intake = Intake.open(folder.resolve("store"), "s3cret");
                var server = serve(intake)) {
            address(server);
            var uplink = new Uplink(folder, waiting);

            uplink.send(List.of(line("a"), line("b")));
            uplink.send(List.of(line("c")));
            Files.writeString(folder.resolve("url"), "https://127.0.0.1:" + server.port());
            new Uplink(folder, waiting).send(List.of(line("d")));

            assertThat(Files.readAllLines(folder.resolve("store/readings-0000000000000001.ndjson")))
                    .hasSize(4)
                    .allMatch(line -> line.contains("\"node\":\"gw1\""));
        }
    }

    @Test
    void aConnectionThatTheServerClosedIsOpenedAgain() throws Exception {
        var uplink = new Uplink(folder, waiting);
        try (var intake = Intake.open(folder.resolve("store"), "s3cret")) {
            for (var name : List.of("a", "b")) {
                try (var server = serve(intake)) {
                    address(server);
                    uplink.send(List.of(line(name)));
                }
            }
        }
        assertThat(folder.resolve("store/readings-0000000000000001.ndjson"))
                .content()
                .hasLineCount(2);
    }

    @Test
    void whileTheIntakeFailsItIsTriedAgain() throws Exception {
        var calls = new AtomicInteger();
        try (var server = serve(exchange -> answer(exchange, calls.incrementAndGet() < 3 ? 503 : 200))) {
            address(server);

            new Uplink(folder, waiting).send(List.of(line("a")));
        }
        assertThat(calls).hasValue(3);
    }

    @Test
    void whatTheIntakeRefusesForGoodIsNotSentAgain() throws Exception {
        var calls = new AtomicInteger();
        try (var server = serve(exchange -> {
            calls.incrementAndGet();
            answer(exchange, 422);
        })) {
            address(server);

            new Uplink(folder, waiting).send(List.of(line("a")));
        }
        assertThat(calls).hasValue(1);
        assertThat(waiting.state()).startsWith("0 lines wait");
    }

    private static void answer(Exchange exchange, int status) throws IOException {
        exchange.respond(status, Headers.of(), "{}".getBytes(UTF_8));
    }

    private static HttpServer serve(Handler handler) throws IOException {
        return HttpServer.start(
                HttpServerConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity, List.of()),
                handler);
    }

    private void address(HttpServer server) throws IOException {
        Files.writeString(folder.resolve("url"), "https://127.0.0.1:" + server.port() + Intake.PATH + "\n");
    }

    private static byte[] line(String name) {
        return new Reading("gw1", name, 1, "1", Instant.now(), false).line();
    }
}
