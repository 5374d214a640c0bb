package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0Mi, 0",
        "-0, 0",
        "1, 1",
        "+1, 1",
        "-1, -1",
        "1., 1",
        ".5, 500m",
        "0.5, 500m",
        "1.5, 1500m",
        "1000m, 1",
        "100m, 100m",
        "1000, 1k",
        "1500, 1500",
        "1000000, 1M",
        "1k, 1k",
        "0.001k, 1",
        "1E, 1E",
        "12e6, 12e6",
        "1e3, 1e3",
        "1E3, 1e3",
        "12e3, 12e3",
        "100e-3, 100e-3",
        "1e0, 1",
        "1.2e3, 1200",
        "1e4, 10e3",
        "1Ki, 1Ki",
        "1024Ki, 1Mi",
        "1.5Gi, 1536Mi",
        "0.5Ki, 512",
        "1023Ki, 1023Ki",
        "1000Ki, 1000Ki",
        "0.1Mi, 104857600m",
        "0.0001Ki, 102400u",
        "128Mi, 128Mi",
        "1Ei, 1Ei",
        "9Ei, 9223372036854775807",
        "0.1n, 1n",
        "0.1m, 100u",
        "1n, 1n",
        "1u, 1u",
        "1000u, 1m",
        "100E, 9223372036854775807",
        "-0.1n, -1n",
        "1e1000, 9223372036854775807"
    })
    void writesTheCanonicalForm(String text, String canonical) {
        var quantity = Quantity.parse(text);
        assertThat(quantity).hasToString(canonical);
        assertThat(Quantity.parse(canonical)).isEqualTo(quantity).hasSameHashCodeAs(quantity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a", "m", "+", "-", ".", "1.2.3", " 1", "1 ", "1i", "1mi", "1ki", "1K", "1x", "1e", "1e1.5", "1Kib",
                "1,5"
            })
    void refusesWhatIsNoQuantity(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comparesByValue() {
        assertThat(Quantity.parse("1Gi")).isGreaterThan(Quantity.parse("1G"));
        assertThat(Quantity.parse("1000m")).isEqualByComparingTo(Quantity.parse("1"));
        assertThat(Quantity.parse("-1")).isLessThan(Quantity.of(0));
    }

    @Test
    void countsUpwards() {
        assertThat(Quantity.parse("1500m").value()).isEqualTo(2);
        assertThat(Quantity.parse("1500m").milliValue()).isEqualTo(1500);
        assertThat(Quantity.parse("1u").milliValue()).isEqualTo(1);
        assertThat(Quantity.parse("9Ei").milliValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(Quantity.ofMilli(250)).hasToString("250m");
        assertThat(Quantity.ofBytes(1 << 20)).hasToString("1Mi");
    }

    @Test
    void addsInTheFormOfTheFirst() {
        assertThat(Quantity.parse("1Mi").plus(Quantity.of(1 << 20))).hasToString("2Mi");
        assertThat(Quantity.of(0).plus(Quantity.parse("1Mi"))).hasToString("1Mi");
        assertThat(Quantity.parse("1").minus(Quantity.parse("100m"))).hasToString("900m");
    }

    @RepeatedTest(200)
    void readsWhatItWrote(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var suffixes = new String[] {"", "m", "u", "n", "k", "M", "G", "Ki", "Mi", "Gi", "Ti", "e3", "e-3"};
        var text = random.nextInt(100_000)
                + (random.nextBoolean() ? "." + random.nextInt(1000) : "")
                + suffixes[random.nextInt(suffixes.length)];
        var quantity = Quantity.parse(text);
        var again = Quantity.parse(quantity.toString());
        assertThat(again).isEqualTo(quantity);
        assertThat(again.toString()).isEqualTo(quantity.toString());
    }
}
