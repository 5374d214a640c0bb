package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static TlsIdentity identity;

    private TestServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority("test-ca");
        stranger = new TestAuthority("test-ca");
        identity = authority.server();
    }

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(authority, identity);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Arguments> exchanges() {
        return Stream.of(
                argumentSet(
                        "body by length",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                        "HTTP/1.1 200 OK",
                        "hello"),
                argumentSet(
                        "body in chunks",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
                        "HTTP/1.1 200 OK",
                        "hello"),
                argumentSet(
                        "unknown path",
                        "GET /nowhere?a=b HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 404 Not Found",
                        "/nowhere"),
                argumentSet(
                        "absolute form",
                        "GET https://x/nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 404",
                        "/nowhere"),
                argumentSet(
                        "handler fails", "GET /fail HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 500", "internal error\n"),
                argumentSet(
                        "handler forgets",
                        "GET /silent HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 500",
                        "internal error\n"),
                argumentSet(
                        "body above the handler's limit",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + "x".repeat(1001),
                        "HTTP/1.1 413",
                        "body is longer than 1000 bytes\n"),
                argumentSet(
                        "absurd length",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n",
                        "HTTP/1.1 413",
                        "body is longer than 1000 bytes\n"),
                argumentSet("long target", "GET /" + "u".repeat(17_000) + " HTTP/1.1\r\n", "HTTP/1.1 414", null),
                argumentSet(
                        "long header",
                        "GET / HTTP/1.1\r\nHost: x\r\nX: " + "h".repeat(33_000) + "\r\n\r\n",
                        "HTTP/1.1 431",
                        null),
                argumentSet("no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400", null),
                argumentSet("not HTTP", "\u0001\u0002\u0003 x\r\n\r\n", "HTTP/1.1 400", null));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void answersOverHttp1(String request, String status, String body) throws Exception {
        try (var client = server.client()) {
            client.say(request);
            var response = client.response();
            assertThat(response).startsWith(status);
            if (body != null) assertThat(response).endsWith("\n\n" + body);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (var client = server.client()) {
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none".repeat(20)
                    + "GET /ignore HTTP/1.1\r\nHost: x\r\n\r\n");
            for (int i = 0; i < 20; i++) assertThat(client.response()).endsWith("\n\none");
            assertThat(client.response()).endsWith("\n\nignored");
        }
    }

    @Test
    void keepsTheConnectionAfterABodyThatNobodyRead() throws Exception {
        try (var client = server.client()) {
            client.say("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000));
            assertThat(client.response()).endsWith("ignored");
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.response()).endsWith("ok");
        }
    }

    @Test
    void startsARequestWhoseShortBodyLingers() throws Exception {
        try (var client = server.client()) {
            client.say("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\no");
            assertThat(server.started.await(10, TimeUnit.SECONDS)).isTrue();
            server.release.countDown();
            client.say("k");
            assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void asksForABodyOnlyWhenItIsWanted() throws Exception {
        try (var client = server.client()) {
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 100");
            client.say("ok");
            assertThat(client.response()).endsWith("ok");
            client.say("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 200").contains("connection: close");
        }
    }

    @Test
    void closesWhenTheClientWantsItClosed() throws Exception {
        try (var client = server.client()) {
            client.say("GET /ignore HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(client.response()).contains("connection: close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void speaksHttp10() throws Exception {
        try (var client = server.client()) {
            server.release.countDown();
            client.say("GET /watch HTTP/1.0\r\n\r\n");
            assertThat(new String(client.in.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("\r\n\r\nonetwothree");
        }
    }

    @Test
    void sendsEachEventWhenItIsFlushed() throws Exception {
        try (var client = server.client()) {
            client.say("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            assertThat(List.of(client.chunk(), client.chunk())).containsExactly("one", "two");
            server.release.countDown();
            assertThat(List.of(client.chunk(), client.chunk())).containsExactly("three", "");
        }
    }

    @Test
    void breaksTheAnswerOffWhenTheHandlerFailsHalfway() throws Exception {
        try (var client = server.client()) {
            client.say("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptsTheHandlerWhenTheClientLeaves(boolean politely) throws Exception {
        var client = server.client();
        client.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        server.started.await();
        if (politely) client.close();
        else client.drop();
        assertThat(server.outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void slowReadersStopTheWriter() throws Exception {
        try (var client = server.client()) {
            client.say("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n");
            long before;
            do {
                before = server.written.get();
                Thread.sleep(300);
            } while (before == 0 || server.written.get() != before);
            assertThat(before).isLessThan(20_000_000);
            assertThat(server.outcome).isNotDone();
        }
        assertThat(server.outcome.get(10, TimeUnit.SECONDS)).isEqualTo("flood ended");
    }

    @Test
    void handsOverTheConnectionOnUpgrade() throws Exception {
        try (var client = server.client()) {
            client.say(
                    "POST /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: test/1\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 101").contains("upgrade: test/1", "x-more: yes");
            client.say("GET / raw");
            assertThat(client.in.readNBytes(9)).asString().isEqualTo("GET / raw");
        }
    }

    @Test
    void dropsClientsThatDoNotFinishTheirHeader() throws Exception {
        server.restart(Duration.ofSeconds(1), Duration.ofSeconds(30));
        try (var client = server.client()) {
            client.say("GET / HTTP/1.1\r\nHo");
            assertThat(client.ended()).isTrue();
        }
        try (var socket = TestClient.plain(server.port())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closesConnectionsThatAreNotUsed() throws Exception {
        server.restart(TestServer.PATIENCE, Duration.ofMillis(300));
        try (var idle = server.client();
                var stalled = server.client()) {
            stalled.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(idle.ended()).isTrue();
            assertThat(stalled.ended()).isTrue();
        }
    }

    static Stream<Arguments> certificates() throws Exception {
        var past = Instant.now().minusSeconds(10);
        var later = Instant.now().plusSeconds(100);
        return Stream.of(
                argumentSet("its own authority's", authority.client("me"), "CN=me", "nobody"),
                argumentSet("none", null, "nobody", "nobody"),
                argumentSet("a stranger's of the same name", stranger.client("me"), "nobody", "nobody"),
                argumentSet("expired", authority.client("me", TestAuthority.CLIENT_AUTH, past), "nobody", "CN=me"),
                argumentSet(
                        "a stranger's that expired",
                        stranger.client("me", TestAuthority.CLIENT_AUTH, past),
                        "nobody",
                        "nobody"),
                argumentSet("a server's", authority.client("me", TestAuthority.SERVER_AUTH, later), "nobody", "nobody"),
                argumentSet(
                        "a server's that expired",
                        authority.client("me", TestAuthority.SERVER_AUTH, past),
                        "nobody",
                        "nobody"));
    }

    @ParameterizedTest
    @MethodSource("certificates")
    void knowsWhoAsks(TlsIdentity certificate, String expected, String late) throws Exception {
        try (var client = new TestClient(server.port(), authority, certificate)) {
            client.say("GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response()).endsWith("\n\n" + expected);
            client.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response()).endsWith("\n\n" + late);
        }
    }

    @Test
    void closingLetsRunningRequestsFinish() throws Exception {
        try (var client = server.client()) {
            client.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            server.started.await();
            var closing = Thread.ofVirtual().start(server::stop);
            server.release.countDown();
            assertThat(client.response()).startsWith("HTTP/1.1 200");
            closing.join();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void closingEndsWatches() throws Exception {
        try (var client = server.client()) {
            client.say("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            client.chunk();
            server.stop();
            assertThat(client.in.readAllBytes().length).isLessThan(20);
        }
    }
}
