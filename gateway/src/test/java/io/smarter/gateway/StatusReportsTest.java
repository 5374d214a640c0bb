package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StatusReportsTest {
    private static final long PATIENCE_SECONDS = 20;

    private final FakeCloud cloud = new FakeCloud();
    private final StatusReports reports = new StatusReports(cloud::writeStatus);

    @AfterEach
    void close() {
        reports.close();
    }

    @Test
    void aPodThatStartsAtOnceIsToldOnce() throws Exception {
        reports.report(pod("a"), waiting("ContainerCreating"));
        reports.report(pod("a"), Json.obj("phase", "Running"));
        assertThat(next()).isEqualTo("Running");
        reports.report(pod("b"), Json.obj("phase", "Running"));
        assertThat(next()).isEqualTo("Running");
        assertThat(cloud.statuses).isEmpty();
    }

    @Test
    void whatIsMoreThanOnItsWayGoesFirst() throws Exception {
        reports.report(pod("a"), waiting("PodInitializing"));
        reports.report(pod("b"), waiting("ImagePullBackOff"));
        assertThat(next()).isEqualTo("Pending ImagePullBackOff");
        assertThat(next()).isEqualTo("Pending PodInitializing");
    }

    @Test
    void theNewestIsToldOnceTheLinkIsBack() throws Exception {
        cloud.unreachable = true;
        reports.report(pod("a"), waiting("ContainerCreating"));
        reports.report(pod("a"), Json.obj("phase", "Running"));
        reports.report(pod("a"), Json.obj("phase", "Succeeded"));
        cloud.unreachable = false;
        reports.retry();
        assertThat(next()).isEqualTo("Succeeded");
    }

    private String next() throws InterruptedException {
        var status = cloud.statuses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (status == null) return "nothing";
        var reason = status.items("containerStatuses").stream()
                .map(container -> " " + container.textOrEmpty("state", "waiting", "reason"))
                .findFirst();
        return status.textOrEmpty("phase") + reason.orElse("");
    }

    private static Pod pod(String name) {
        return new Pod(Json.obj("metadata", Map.of("name", name, "namespace", "farm", "uid", name)));
    }

    private static Json.Obj waiting(String reason) {
        var state = Map.of("waiting", Map.of("reason", reason));
        return Json.obj("phase", "Pending", "containerStatuses", Json.arr(Json.obj("name", "app", "state", state)));
    }
}
