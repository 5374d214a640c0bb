package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TerminalTest {
    @Test
    void whatIsTooLongGoesOnBelowItself() {
        var rows = List.of(List.of("A", "B", "C"), List.of("one", "two three four five six seven", "x\ny"));
        assertThat(Terminal.fitted(rows, 100)).isEqualTo("""
                A    B                              C
                one  two three four five six seven  x
                                                    y
                """);
        assertThat(Terminal.fitted(rows, 24)).isEqualTo("""
                A    B               C
                one  two three four  x
                     five six seven  y
                """);
    }

    @Test
    void whatCouldMoveTheCursorIsLeftOut() {
        assertThat(Terminal.fitted(List.of(List.of("a\u001b[2Jb\rc\u009bd")), 80))
                .isEqualTo("a[2Jbcd\n");
    }

    @Test
    void columnsStayReadableWhereNothingFits() {
        assertThat(Terminal.fitted(List.of(List.of("a".repeat(13), "b".repeat(13))), 5))
                .isEqualTo("a".repeat(12) + "  " + "b".repeat(12) + "\na             b\n");
    }
}
