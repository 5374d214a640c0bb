package io.smarter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.http.Headers;
import io.smarter.http.Response;
import io.smarter.json.Json;
import org.junit.jupiter.api.Test;

final class RebootBenchTest {
    @Test
    void aTokenThatWasRefusedIsNoEmptyToken() throws Exception {
        var given = Json.obj("status", Json.obj("token", "t"));
        assertThat(RebootBench.token(new Response(201, new Headers(), given.bytes())))
                .isEqualTo("t");
        var refused = Json.obj("kind", "Status", "message", "too many tokens");
        assertThatThrownBy(() -> RebootBench.token(new Response(429, new Headers(), refused.bytes())))
                .hasMessageContaining("bench-gateway")
                .hasMessageContaining("429")
                .hasMessageContaining("too many tokens");
    }
}
