package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockTroubleTest {
    @Test
    void whatStatusShowsFollowsTheClockAndEventsTellOfTurns(@TempDir Path data) throws IOException {
        var notices = Notices.of(data);
        List<String> events = new ArrayList<>();
        var trouble = new ClockTrouble(notices, (_, _, message) -> events.add(message), () -> {});
        trouble.changed(Duration.ofDays(-20_000), true);
        assertThat(notices.all().get("clock")).startsWith("this machine's clock is 20000 days behind the cloud's.");
        trouble.changed(Duration.ofMinutes(3), false);
        assertThat(notices.all().get("clock")).startsWith("this machine's clock is 3 minutes ahead of the cloud's.");
        trouble.changed(Duration.ZERO, true);
        assertThat(notices.all()).isEmpty();
        assertThat(events).containsExactly("this machine's clock is 20000 days behind the cloud's");
    }
}
