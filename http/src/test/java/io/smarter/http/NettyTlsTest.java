package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;

class NettyTlsTest {
    @Test
    void libraryOfThisPlatformIsThere() {
        assertThat(OpenSsl.isAvailable())
                .as("without it TLS works too, at twice the processor time: %s", OpenSsl.unavailabilityCause())
                .isTrue();
    }
}
