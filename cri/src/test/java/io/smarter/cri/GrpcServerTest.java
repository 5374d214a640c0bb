package io.smarter.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.v1.VersionRequest;
import io.smarter.cri.v1.VersionResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class GrpcServerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final VersionRequest REQUEST =
            VersionRequest.newBuilder().setVersion("v9").build();

    private final CountDownLatch left = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private GrpcServer listen() throws IOException {
        return GrpcServer.listen(
                folder.resolve("sock"),
                Map.of(
                        "/echo",
                        Method.unary(VersionRequest.parser(), request -> named(request.getVersion())),
                        "/refuse",
                        (_, _) -> refuse(new CriException(Code.NOT_FOUND, "no café: 100 %\n")),
                        "/break",
                        (_, _) -> refuse(new IOException("broken")),
                        "/watch",
                        this::watch));
    }

    private static void refuse(IOException why) throws IOException {
        throw why;
    }

    private void watch(byte[] request, GrpcServer.Answers answers) throws IOException, InterruptedException {
        answers.send(named("one"));
        answers.send(named("two"));
        try {
            new CountDownLatch(1).await();
        } finally {
            left.countDown();
        }
    }

    private static VersionResponse named(String name) {
        return VersionResponse.newBuilder().setRuntimeName(name).build();
    }

    private GrpcChannel channel() {
        return new GrpcChannel(folder.resolve("sock"));
    }

    private static VersionResponse call(GrpcChannel channel, String method) throws CriException {
        return channel.unary(method, REQUEST, VersionResponse.parser(), LONG);
    }

    private static void assertFails(GrpcChannel channel, String method, Code code, String reason) {
        assertThatExceptionOfType(CriException.class)
                .isThrownBy(() -> call(channel, method))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void answersAndErrorsReachTheCaller() throws IOException {
        try (var _ = listen();
                var channel = channel()) {
            assertThat(call(channel, "/echo").getRuntimeName()).isEqualTo("v9");
            assertFails(channel, "/refuse", Code.NOT_FOUND, "no café: 100 %\n");
            assertFails(channel, "/break", Code.UNKNOWN, "broken");
            assertFails(channel, "/nothing", Code.UNIMPLEMENTED, "there is no method /nothing");
            assertThat(call(channel, "/echo").getRuntimeName()).isEqualTo("v9");
        }
    }

    @Test
    void messagesComeAsTheyAreSent() throws Exception {
        try (var _ = listen();
                var channel = channel();
                var call = channel.stream("/watch", REQUEST)) {
            assertThat(call.next()).isEqualTo(named("one").toByteArray());
            assertThat(call.next()).isEqualTo(named("two").toByteArray());
        }
        left.await();
    }

    @Test
    void aServerThatEndsTakesItsCallsAndItsSocketAlong() throws Exception {
        var server = listen();
        try (var channel = channel();
                var call = channel.stream("/watch", REQUEST)) {
            assertThat(call.next()).isNotNull();
            assertThat(call.next()).isNotNull();
            server.close();
            assertThatExceptionOfType(CriException.class)
                    .isThrownBy(call::next)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE));
            assertThat(folder.resolve("sock")).doesNotExist();
        }
    }

    @Test
    void aSocketIsNeverTakenFromSomebodyElse() throws IOException {
        Files.createFile(folder.resolve("sock"));
        assertThatThrownBy(this::listen).isInstanceOf(IOException.class).hasMessageContaining("sock");
    }

    @Test
    void aPathThatIsTooLongIsSaidToBe() {
        assertThatThrownBy(() -> GrpcServer.listen(folder.resolve("s".repeat(108)), Map.of()))
                .hasMessageContaining("at most 107 characters");
    }
}
