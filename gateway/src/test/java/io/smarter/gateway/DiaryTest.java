package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class DiaryTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final ArrayList<String> told = new ArrayList<>();
    private final Diary diary = new Diary((_, _, _, reason, _) -> told.add(reason), () -> NOW);

    private static Pod pod(int number) {
        return new Pod(Json.obj(
                "metadata", Json.obj("uid", "u" + number, "namespace", "default", "name", "p" + number % 1000)));
    }

    @Test
    void keepsWhatItPassesOnAndCountsWhatRepeats() {
        for (int i = 0; i < 3; i++) {
            diary.record(pod(1), "app", EventLog.Kind.NORMAL, "Pulled", "there");
            diary.record(pod(1), "app", EventLog.Kind.WARNING, "BackOff", "again");
        }
        assertThat(told).hasSize(6);
        assertThat(diary.of("u1")).extracting(Diary.Entry::count).containsExactly(3, 3);
    }

    @Test
    void keepsTheOrderOfTimeAndTheNewest() {
        for (int i = 0; i < 100; i++) diary.note(pod(1), "", NOW.plusSeconds(i), "Step", "number " + i);
        diary.note(pod(1), "app", NOW.plusSeconds(90), "Exited", "seen late");
        var entries = diary.of("u1");
        assertThat(entries).hasSize(24).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(entries.getLast().message()).isEqualTo("number 99");
        assertThat(entries)
                .extracting(Diary.Entry::message)
                .contains("seen late")
                .doesNotContain("number 70");
    }

    @Test
    void forgetsThePodsThatItHeardOfLongestAgo() {
        for (int i = 0; i < 200; i++) diary.note(pod(i), "", NOW, "Step", "x".repeat(10_000));
        assertThat(diary.of("u0")).isEmpty();
        assertThat(diary.of("u199").getFirst().message()).hasSize(400);
        assertThat(diary.find("default", "p199")).isNotNull();
        assertThat(diary.find("default", "nobody")).isNull();
    }

    @Test
    void findsOfTwoPodsOfOneNameTheLater() {
        diary.note(pod(1), "", NOW, "Step", "first");
        diary.note(pod(1001), "", NOW, "Step", "second");
        assertThat(diary.find("default", "p1")).extracting(Diary.Page::uid).isEqualTo("u1001");
    }
}
