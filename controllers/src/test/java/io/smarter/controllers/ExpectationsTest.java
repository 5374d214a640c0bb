package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
    private Instant now = Instant.parse("2026-11-24T05:00:00Z");
    private final Expectations expectations = new Expectations(() -> now);

    @Test
    void nothingExpectedIsNothingOpen() {
        assertThat(expectations.open("owner")).isEmpty();
    }

    @Test
    void aCreationIsOpenUntilItIsSeen() {
        expectations.expectThere("owner", "pod");
        assertThat(expectations.open("owner")).contains(Duration.ofMinutes(1));
        assertThat(expectations.open("other")).isEmpty();
        expectations.seen("owner", "another", false);
        assertThat(expectations.open("owner")).isPresent();
        expectations.seen("owner", "pod", false);
        assertThat(expectations.open("owner")).isEmpty();
    }

    @Test
    void aDeletionIsOpenUntilThePodTerminates() {
        expectations.expectGone("owner", "pod");
        expectations.seen("owner", "pod", false);
        assertThat(expectations.open("owner")).isPresent();
        expectations.seen("owner", "pod", true);
        assertThat(expectations.open("owner")).isEmpty();
    }

    @Test
    void whatNeverComesIsGivenUp() {
        expectations.expectThere("owner", "pod");
        now = now.plusSeconds(60);
        assertThat(expectations.open("owner")).isEmpty();
        expectations.expectThere("owner", "pod");
        expectations.giveUp("owner", "pod");
        assertThat(expectations.open("owner")).isEmpty();
    }
}
