package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.serial.WriterSeat.Answer;
import io.smarter.serial.WriterSeat.Policy;
import org.junit.jupiter.api.Test;

final class WriterSeatTest {
    @Test
    void theFirstWhoAsksKeepsItUntilItLeaves() {
        var seat = new WriterSeat(Policy.FIRST, 0);
        assertThat(seat.ask("a", false, 0)).isEqualTo(new Answer.Given(null));
        assertThat(seat.ask("a", true, 1)).isEqualTo(new Answer.Yours());
        assertThat(seat.ask("b", false, Long.MAX_VALUE)).isEqualTo(new Answer.Refused("a"));
        assertThat(seat.leave("b")).isFalse();
        assertThat(seat.leave("a")).isTrue();
        assertThat(seat.ask("b", true, 3)).isEqualTo(new Answer.Given(null));
    }

    @Test
    void whoTakesOverIsNotTakenFromByWhoHadIt() {
        var seat = new WriterSeat(Policy.TAKEOVER, 0);
        seat.ask("a", false, 0);
        assertThat(seat.ask("b", false, 1)).isEqualTo(new Answer.Given("a"));
        assertThat(seat.ask("a", true, 2)).isEqualTo(new Answer.Refused("b"));
    }

    @Test
    void aSilentWriterGivesWay() {
        var seat = new WriterSeat(Policy.FIRST, 100);
        seat.ask("a", false, 0);
        seat.ask("a", true, 50);
        assertThat(seat.ask("b", true, 149)).isEqualTo(new Answer.Refused("a"));
        assertThat(seat.ask("b", true, 150)).isEqualTo(new Answer.Given("a"));
    }
}
