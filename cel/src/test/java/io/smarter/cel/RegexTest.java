package io.smarter.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns of clients, and what they come to. */
@Timeout(20)
final class RegexTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{1000}",
                "(a{10}){10}",
                "((((a)))){20}",
                "(aaaa[)]bbb){100}",
                "[^])(]{3}",
                "[[:alpha:])]{3}",
                "\\Q)(\\E{5}",
                "x|(y|z){2,3}",
                "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z]{1,63}){0,4}$",
            })
    void sizeIsAboutThatOfTheProgram(String text) {
        var regex = Regex.of(text);
        assertThat(regex.size()).isGreaterThan(regex.pattern().programSize() * 2L / 3);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "(a{1000}){1000}",
                "((((a{50}){50}){50}){50}",
                ".{1000}".repeat(30),
                "(".repeat(1000) + "a" + ")".repeat(1000) + "{1000}",
                "(".repeat(100_000),
                "[a",
                "a{1001}");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostilePatternsAreRefused(String text) {
        assertThatThrownBy(() -> Regex.of(text)).isInstanceOf(PatternSyntaxException.class);
    }
}
