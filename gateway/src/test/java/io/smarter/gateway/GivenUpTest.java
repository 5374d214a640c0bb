package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GivenUpTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");
    private static final Pod POD = PlanSamples.pod("Always", List.of(), "app");

    @Test
    void anEvictedPodHasFailedWithItsReasonAndHasItsTimeToEnd() {
        var pod = GivenUp.evicted("low", Duration.ofSeconds(7), NOW).of(POD);
        assertThat(GivenUp.is(pod)).isTrue();
        assertThat(pod.tree().text("status", "message")).isEqualTo("low");
        assertThat(pod.gracePeriod()).isEqualTo(Duration.ofSeconds(7));
        assertThat(pod.tree().items("status", "conditions"))
                .contains(Json.obj(
                        "type",
                        "DisruptionTarget",
                        "status",
                        "True",
                        "lastProbeTime",
                        Json.Null.NULL,
                        "lastTransitionTime",
                        "2026-11-24T05:00:00Z",
                        "reason",
                        "TerminationByKubelet",
                        "message",
                        "low"));
        assertThat(GivenUp.is(POD)).isFalse();
    }

    @Test
    void whatTheCloudSaysLaterDoesNotBringItBack() {
        var end = GivenUp.evicted("low", Duration.ZERO, NOW);
        var once = end.of(POD);
        assertThat(end.of(once)).isEqualTo(once);
        assertThat(end.of(POD)).isEqualTo(once);
        assertThat(once.gracePeriod()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aPodThatMayNotBeginWasNotDisrupted() {
        var pod = GivenUp.refused("Evicted", "no room").of(POD);
        assertThat(GivenUp.is(pod)).isTrue();
        assertThat(pod.gracePeriod()).isEqualTo(POD.gracePeriod());
        assertThat(pod.tree().items("status", "conditions"))
                .isEqualTo(POD.tree().items("status", "conditions"));
    }
}
