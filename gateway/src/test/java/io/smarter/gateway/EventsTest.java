package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final FakeCloud cloud = new FakeCloud();

    @Test
    void namesAContainerByItsKind() {
        var pod = PlanSamples.debugged("app");
        assertThat(Events.fieldPath(pod, "init")).isEqualTo("spec.initContainers{init}");
        assertThat(Events.fieldPath(pod, "app")).isEqualTo("spec.containers{app}");
        assertThat(Events.fieldPath(pod, "debug")).isEqualTo("spec.ephemeralContainers{debug}");
        assertThat(Events.fieldPath(pod, "")).isNull();
    }

    @Test
    void tellsWhatHappenedWithoutALinkOnceItIsBack() throws Exception {
        cloud.unreachable = true;
        try (var events = new Events(cloud, "edge1", () -> NOW)) {
            events.record(EventLog.Kind.WARNING, "ClockSkew", "far off");
            assertThat(cloud.tried.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(cloud.calls).isEmpty();
            cloud.unreachable = false;
            String told;
            do { // it was tried a moment before it was kept
                events.retry();
                told = cloud.calls.poll(100, TimeUnit.MILLISECONDS);
            } while (told == null);
            assertThat(told).isEqualTo("create Event ClockSkew");
        }
    }
}
