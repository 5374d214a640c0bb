package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownTimeTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TRUE = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant DEAD = Instant.parse("1970-01-01T00:00:30Z");
    private static final Instant AHEAD = Instant.parse("2040-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final List<Duration> heard = new ArrayList<>();
    private final List<Duration> resized = new ArrayList<>();
    private Instant clock = TRUE;
    private long nanos = -5; // it may begin anywhere

    private KnownTime time() {
        var time = new KnownTime(folder.resolve("time"), BEGIN, () -> clock, () -> nanos);
        time.listen((ahead, turned) -> (turned ? heard : resized).add(ahead));
        return time;
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        clock = clock.plus(time);
    }

    @Test
    void goesByTheClockUntilACloudTells() {
        assertThat(time().instant()).isEqualTo(TRUE);
        assertThat(time().atLeast()).isEqualTo(BEGIN);
        clock = DEAD;
        assertThat(time().instant()).isEqualTo(BEGIN);
        clock = AHEAD;
        assertThat(time().instant()).isEqualTo(AHEAD);
        assertThat(time().atLeast()).isEqualTo(BEGIN);
    }

    @Test
    void goesByTheCloudWhateverHappensToTheClock() {
        clock = DEAD;
        var time = time();
        time.told(date(TRUE));
        pass(Duration.ofSeconds(7));
        assertThat(time.instant()).isEqualTo(TRUE.plusSeconds(7));
        clock = AHEAD;
        assertThat(time.instant()).isEqualTo(TRUE.plusSeconds(7));
    }

    @Test
    void remembersWhatTheCloudToldAfterABoot() {
        time().told(date(TRUE));
        clock = DEAD;
        assertThat(time().instant()).isEqualTo(TRUE);
        assertThat(time().atLeast()).isEqualTo(TRUE);
    }

    @Test
    void writesOnceADay() throws Exception {
        var time = time();
        time.told(date(TRUE));
        Files.delete(folder.resolve("time"));
        pass(Duration.ofHours(23));
        time.told(date(clock));
        assertThat(folder.resolve("time")).doesNotExist();
        pass(Duration.ofHours(1));
        time.told(date(clock));
        assertThat(folder.resolve("time")).hasContent("2026-06-02T12:00:00Z");
    }

    @Test
    void saysOnceThatTheClockIsWrongAndOnceThatItIsRight() {
        clock = DEAD;
        var time = time();
        time.told(date(TRUE));
        pass(Duration.ofHours(1));
        time.told(date(TRUE.plus(Duration.ofHours(1))));
        assertThat(heard).containsExactly(Duration.between(TRUE, DEAD));
        pass(Duration.ofHours(1));
        clock = TRUE.plus(Duration.ofHours(2)).plusSeconds(3);
        time.told(date(TRUE.plus(Duration.ofHours(2))));
        assertThat(heard).containsExactly(Duration.between(TRUE, DEAD), Duration.ZERO);
    }

    @Test
    void saysThatAWrongClockIsWrongByAnotherTime() {
        clock = DEAD;
        var time = time();
        time.told(date(TRUE));
        for (int drift = 0; drift < 3; drift++) {
            pass(Duration.ofHours(1));
            clock = clock.plusSeconds(25);
            time.told(date(TRUE.plus(Duration.ofHours(drift + 1))));
        }
        assertThat(resized).containsExactly(Duration.between(TRUE, DEAD).plusSeconds(75));
        pass(Duration.ofHours(1));
        clock = AHEAD;
        time.told(date(TRUE));
        assertThat(resized).hasSize(2).endsWith(Duration.between(TRUE, AHEAD));
        assertThat(heard).hasSize(1);
    }

    @Test
    void takesBackWhatACloudTookBack() {
        var time = time();
        time.told(date(AHEAD));
        pass(Duration.ofMinutes(2));
        time.told(date(TRUE));
        assertThat(time.atLeast()).isEqualTo(TRUE);
        assertThat(time().atLeast()).isEqualTo(TRUE);
        pass(Duration.ofMinutes(2));
        time.told(date(DEAD));
        assertThat(time.atLeast()).isEqualTo(BEGIN);
    }

    @Test
    void passesOverWhatIsNoTime() throws Exception {
        Files.writeString(folder.resolve("time"), "yesterday");
        var time = time();
        time.told("");
        time.told("soon");
        assertThat(time.atLeast()).isEqualTo(BEGIN);
        assertThat(heard).isEmpty();
    }
}
