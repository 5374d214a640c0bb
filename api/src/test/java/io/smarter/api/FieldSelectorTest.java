package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSelectorTest {
    private static final Map<String, String> FIELDS = Map.of("spec.nodeName", "cam1", "status.phase", "a,b=c");

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("nothing asked", "", true, ""),
                argumentSet("equal", "spec.nodeName=cam1", true, "spec.nodeName=cam1"),
                argumentSet("equal with two signs", "spec.nodeName==cam1", true, "spec.nodeName=cam1"),
                argumentSet("other value", "spec.nodeName=cam2", false, "spec.nodeName=cam2"),
                argumentSet("not equal", "spec.nodeName!=cam2", true, "spec.nodeName!=cam2"),
                argumentSet("absent is empty", "x=", true, "x="),
                argumentSet("escapes", "status.phase=a\\,b\\=c,x!=y", true, "status.phase=a\\,b\\=c,x!=y"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void textSelectsByFields(String text, boolean matches, String canonical) throws Exception {
        var selector = FieldSelector.parse(text);
        assertThat(selector.matches(field -> FIELDS.getOrDefault(field, ""))).isEqualTo(matches);
        assertThat(selector).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spec.nodeName", "=x", "a=b=c", "a=b\\", "a=b\\x"})
    void textThatIsNoSelectorIsRefused(String text) {
        assertThatThrownBy(() -> FieldSelector.parse(text)).isInstanceOf(SelectorException.class);
    }
}
