package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class JournalTest {
    @Test
    void manyLinesBecomeFewAndTellHowManyThereWere() {
        var clock = new AtomicLong();
        var lines = new ArrayList<String>();
        var journal = new Journal(lines::add, clock::get);
        for (int i = 0; i < 1000; i++) journal.say("line " + i);
        assertThat(lines).hasSize(50).endsWith("line 49");
        clock.addAndGet(5_000_000_000L);
        journal.say("later");
        assertThat(lines).hasSize(51).endsWith("later (950 lines before this were left out)");
    }
}
