package io.smarter.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.cri.v1.VersionResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GrpcTest {
    @Test
    void aFrameIsReadBackAndTheStreamEndsCleanly() throws IOException {
        var message = VersionResponse.newBuilder().setRuntimeName("containerd").build();
        var in = new ByteArrayInputStream(Grpc.frame(message));
        assertThat(VersionResponse.parseFrom(Grpc.read(in))).isEqualTo(message);
        assertThat(Grpc.read(in)).isNull();
    }

    static Stream<Arguments> badFrames() {
        return Stream.of(
                argumentSet("compressed", new byte[] {1, 0, 0, 0, 0}, "compressed"),
                argumentSet("too long", new byte[] {0, 1, 0, 0, 1}, "16777217 bytes"),
                argumentSet("longer than 2 GiB", new byte[] {0, -1, -1, -1, -1}, "4294967295 bytes"),
                argumentSet("torn prefix", new byte[] {0, 0}, "prefix"),
                argumentSet("torn content", new byte[] {0, 0, 0, 0, 2, 7}, "before its length"));
    }

    @ParameterizedTest
    @MethodSource("badFrames")
    void aBadFrameIsAnErrorBeforeAnythingIsAllocated(byte[] frame, String reason) {
        assertThatIOException()
                .isThrownBy(() -> Grpc.read(new ByteArrayInputStream(frame)))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "no escapes, no escapes",
        "100%25 of caf%C3%A9, 100% of café",
        "a%0Ab, 'a\nb'",
        "broken % and %zz and %4, broken % and %zz and %4"
    })
    void statusMessagesAreDecoded(String encoded, String plain) {
        assertThat(Grpc.decode(encoded)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1m", "PT30S, 30000m", "PT24H, 86400000m", "PT30H, 108000S", "P3650D, 99999999S"})
    void deadlinesFitEightDigits(Duration deadline, String timeout) {
        assertThat(Grpc.timeout(deadline)).isEqualTo(timeout);
    }

    @Test
    void aStatusBecomesATypedError() {
        assertThat(Grpc.status("0", null)).isNull();
        assertThat(Grpc.status("5", "no%20such")).hasMessage("NOT_FOUND: no such");
        assertThat(Grpc.status("99", "x")).hasMessage("UNKNOWN: x");
        assertThat(Grpc.status(null, null)).hasMessageContaining("no grpc-status");
    }
}
