package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodReportTest {
    private static final Json.Obj RUNNING = Json.obj("phase", "Running");
    private static final Json.Obj FAILED = Json.obj("phase", "Failed");
    private static final Json.Obj EVICTED = FAILED.with("reason", Json.of("Evicted"));
    private static final Json.Obj HALTED = RUNNING.with("reason", Json.of("Terminated"));
    private static final Json.Obj FAILED_BY_HALT = FAILED.with("reason", Json.of("Terminated"));

    static Stream<Arguments> cases() {
        var cloud = PlanSamples.pod("Never", List.of(), "app");
        var own = new Pod(
                cloud.tree().withAt(Json.obj("kubernetes.io/config.source", "file"), "metadata", "annotations"));
        return Stream.of(
                argumentSet("runs", cloud, RUNNING, RUNNING, false, "nothing"),
                argumentSet("is ended", cloud, RUNNING, RUNNING, true, "Terminated"),
                argumentSet("fails as it is ended", cloud, FAILED, HALTED, true, "Terminated"),
                argumentSet("was ended before", cloud, FAILED, FAILED_BY_HALT, true, "Terminated"),
                argumentSet("failed long ago", cloud, FAILED, FAILED, true, "nothing"),
                argumentSet("failed, as the cloud knows", in(cloud, FAILED), FAILED, RUNNING, true, "nothing"),
                argumentSet("was evicted", cloud, EVICTED, RUNNING, true, "Evicted"),
                argumentSet("runs again", in(cloud, HALTED), RUNNING, HALTED, false, "null"),
                argumentSet("failed by it", in(cloud, FAILED_BY_HALT), FAILED_BY_HALT, HALTED, false, "Terminated"),
                argumentSet("is static", own, RUNNING, Json.Obj.EMPTY, false, "null"),
                argumentSet("is static and ended", own, RUNNING, RUNNING, true, "Terminated"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysThatAShutdownEndedAPodUntilItRunsAgain(
            Pod pod, Json.Obj status, Json.Obj before, boolean halted, String reason) {
        var said = PodReport.said(pod, status, before, halted);
        assertThat(said.text("phase")).isEqualTo(status.text("phase"));
        if (reason.equals("null")) assertThat(said.get("reason")).isEqualTo(Json.Null.NULL);
        else if (reason.equals("nothing")) assertThat(said.has("reason")).isFalse();
        else assertThat(said.text("reason")).isEqualTo(reason);
    }

    @Test
    void theCloudsPodShowsItUntilThatIsTakenBack() {
        assertThat(PodReport.showsHalt(new Pod(Json.obj("status", HALTED)))).isTrue();
        assertThat(PodReport.showsHalt(new Pod(Json.obj("status", FAILED_BY_HALT))))
                .isFalse();
        assertThat(PodReport.showsHalt(new Pod(Json.obj("status", RUNNING)))).isFalse();
    }

    private static Pod in(Pod pod, Json.Obj status) {
        return new Pod(pod.tree().with("status", status));
    }
}
