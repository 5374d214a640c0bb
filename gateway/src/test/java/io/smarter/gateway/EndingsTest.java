package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Observed MADE = seen(new State.Created());
    private static final Observed RUNNING = seen(new State.Running(NOW));
    private static final Observed EXITED = seen(new State.Exited(0, "", "", NOW, NOW));

    private final Endings endings = new Endings();

    @Test
    void whatEndedAtOnceIsLookedAtUntilItIsShown() {
        endings.add("c", NOW);
        assertThat(endings.sooner(Observed.NOTHING, null, NOW))
                .as("looked at before it was made")
                .isNull();
        assertThat(endings.sooner(MADE, null, NOW)).isEqualTo(NOW.plusMillis(20));
        assertThat(endings.sooner(RUNNING, null, NOW)).isEqualTo(NOW.plusMillis(20));
        assertThat(endings.sooner(EXITED, null, NOW)).isNull();
        assertThat(endings.sooner(RUNNING, null, NOW)).isNull();
    }

    @Test
    void isNotLookedAtForEver() {
        endings.add("c", NOW);
        assertThat(endings.sooner(RUNNING, null, NOW.plusSeconds(6))).isNull();
    }

    @Test
    void ofSandboxesToo() {
        var up = new Sandbox("s", 0, true, NOW, List.of());
        var down = new Sandbox("s", 0, false, NOW, List.of());
        endings.add("s", NOW);
        assertThat(endings.sooner(new Observed(List.of(up), List.of()), null, NOW))
                .isNotNull();
        assertThat(endings.sooner(new Observed(List.of(down), List.of()), null, NOW))
                .isNull();
    }

    private static Observed seen(State state) {
        var image = new Observed.Image("img", "sha256:1");
        return new Observed(List.of(), List.of(new Instance("c", "s", "app", 0, "", image, NOW, state)));
    }
}
