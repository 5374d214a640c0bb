package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
    @Test
    void ordersNumbersByValue() {
        var ordered = List.of(
                "", "1", "02", "2", "10", "a", "a1b2", "a1b10", "a02", "a2", "a2c", "a99999999999999999999", "b");

        assertThat(ordered.reversed().stream().sorted(NaturalOrder.INSTANCE)).containsExactlyElementsOf(ordered);
    }
}
