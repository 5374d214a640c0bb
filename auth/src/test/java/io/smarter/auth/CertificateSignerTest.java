package io.smarter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class CertificateSignerTest {
    @Test
    void oldRequestsAreForgotten() {
        var now = Instant.parse("2026-11-24T12:00:00Z");
        var pending = Json.obj("metadata", Json.obj("creationTimestamp", "2026-11-23T11:00:00Z"));
        assertThat(CertificateSigner.isOver(pending, now)).isTrue();
        assertThat(CertificateSigner.isOver(pending, now.minusSeconds(7200))).isFalse();
        var denied = pending.with(
                "status",
                Json.obj("conditions", Json.arr(Json.obj("type", "Denied", "lastUpdateTime", "2026-11-24T10:30:00Z"))));
        assertThat(CertificateSigner.isOver(denied, now)).isTrue();
        assertThat(CertificateSigner.isOver(denied, now.minusSeconds(3600))).isFalse();
    }
}
