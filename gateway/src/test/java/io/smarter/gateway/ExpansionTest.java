package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain|plain",
                "$(A)|1",
                "x$(A)y$(B)|x1y2",
                "$(UNKNOWN)|$(UNKNOWN)",
                "$$(A)|$(A)",
                "$$$(A)|$1",
                "$A|$A",
                "$(A|$(A",
                "end$|end$",
            })
    void replacesWhatIsKnown(String text, String expanded) {
        assertThat(Expansion.expand(text, Map.of("A", "1", "B", "2"))).isEqualTo(expanded);
    }
}
