package io.smarter.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smarter.cri.CriException.Code;
import io.smarter.cri.v1.VersionRequest;
import io.smarter.cri.v1.VersionResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrpcChannelTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private static VersionResponse version(GrpcChannel channel, String method, Duration deadline) throws CriException {
        return channel.unary(method, VersionRequest.getDefaultInstance(), VersionResponse.parser(), deadline);
    }

    private static void assertFails(GrpcChannel channel, String method, Code code, String message) {
        assertThatExceptionOfType(CriException.class)
                .isThrownBy(() -> version(channel, method, LONG))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    @Test
    void answersAndErrorsComeThroughOneConnection() throws IOException {
        try (var runtime = FakeRuntime.listen(folder.resolve("sock"));
                var channel = new GrpcChannel(folder.resolve("sock"))) {
            assertThat(version(channel, "/name", LONG).getRuntimeName()).isEqualTo("fake");
            assertFails(channel, "/missing", Code.NOT_FOUND, "no such thing: café");
            assertFails(channel, "/http", Code.UNAVAILABLE, "HTTP status 503");
            assertFails(channel, "/silent", Code.INTERNAL, "one message expected");
            assertFails(channel, "/garbage", Code.INTERNAL, "cannot be read");
            assertThat(version(channel, "/name", LONG).getRuntimeName()).isEqualTo("fake");
            assertThat(runtime.connections()).isEqualTo(1);
        }
    }

    @Test
    void aCallThatTakesTooLongIsGivenUp() throws IOException {
        try (var _ = FakeRuntime.listen(folder.resolve("sock"));
                var channel = new GrpcChannel(folder.resolve("sock"))) {
            assertThatExceptionOfType(CriException.class)
                    .isThrownBy(() -> version(channel, "/hang", Duration.ofMillis(50)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(Code.DEADLINE_EXCEEDED));
            assertThat(version(channel, "/name", LONG).getRuntimeName()).isEqualTo("fake");
        }
    }

    @Test
    void aRestartedRuntimeIsFoundAgain() throws IOException {
        var socket = folder.resolve("sock");
        try (var channel = new GrpcChannel(socket)) {
            assertFails(channel, "/name", Code.UNAVAILABLE, "connect to " + socket);
            for (int i = 0; i < 2; i++) {
                try (var _ = FakeRuntime.listen(socket)) {
                    assertThat(version(channel, "/name", LONG).getRuntimeName()).isEqualTo("fake");
                }
                assertFails(channel, "/name", Code.UNAVAILABLE, "");
            }
        }
    }

    @Test
    void aClosedClientMakesNoCalls() throws IOException {
        try (var _ = FakeRuntime.listen(folder.resolve("sock"))) {
            var channel = new GrpcChannel(folder.resolve("sock"));
            channel.close();
            assertFails(channel, "/name", Code.CANCELLED, "closed");
        }
    }
}
