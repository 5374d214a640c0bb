package io.smarter.controllers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00.123Z");

    @Test
    void aLostNodeIsUnknownInAllThatItReported() {
        var node = object(condition("Ready", "True"), condition("DiskPressure", "False"), condition("Other", "True"));
        var conditions = requireNonNull(Conditions.lost(node, NOW));
        assertThat(conditions).extracting(one -> one.text("status")).containsExactly("Unknown", "Unknown", "True");
        assertThat(conditions.getFirst())
                .isEqualTo(Json.obj(
                        "type", "Ready",
                        "status", "Unknown",
                        "lastTransitionTime", "2026-11-24T05:00:00Z",
                        "reason", "NodeStatusUnknown",
                        "message", "Kubelet stopped posting node status."));
        assertThat(Conditions.lost(object(conditions.toArray(Json[]::new)), NOW))
                .isNull();
    }

    @Test
    void aNodeThatNeverReportedIsUnknownToo() {
        assertThat(Conditions.lost(object(), NOW))
                .extracting(one -> one.text("type"))
                .containsExactly("Ready");
    }

    @Test
    void aPodIsReadyAgainWhenOnlyItsNodeWasLost() {
        var pod = object(condition("Ready", "True"), condition("ContainersReady", "True"));
        var lost = object(requireNonNull(Conditions.notReady(pod, NOW)).toArray(Json[]::new));
        assertThat(Conditions.status(lost, "Ready")).isEqualTo("False");
        assertThat(Conditions.notReady(lost, NOW)).isNull();
        var back = object(requireNonNull(Conditions.readyAgain(lost, NOW)).toArray(Json[]::new));
        assertThat(Conditions.status(back, "Ready")).isEqualTo("True");
        assertThat(back.items("status", "conditions").getFirst().text("reason")).isNull();
    }

    @Test
    void aPodThatIsNotReadyByItselfStaysSo() {
        var pod = object(condition("Ready", "False"), condition("ContainersReady", "False"));
        assertThat(Conditions.readyAgain(pod, NOW)).isNull();
        assertThat(Conditions.readyAgain(
                        object(condition("Ready", "False"), condition("ContainersReady", "True")), NOW))
                .isNull();
    }

    private static Json condition(String type, String status) {
        return Json.obj("type", type, "status", status);
    }

    private static Json.Obj object(Json... conditions) {
        return Json.obj("status", Json.obj("conditions", List.of(conditions)));
    }
}
