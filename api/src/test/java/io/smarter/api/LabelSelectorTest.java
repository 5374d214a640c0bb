package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
    private static final Map<String, String> WEB = Map.of("app", "web", "tier", "front", "size", "7", "empty", "");

    static Stream<Arguments> texts() {
        return Stream.of(
                argumentSet("nothing asked", "", true, ""),
                argumentSet("equal", "app=web", true, "app=web"),
                argumentSet("equal twice", "app==web,tier=front", true, "app=web,tier=front"),
                argumentSet("other value", "app=db", false, "app=db"),
                argumentSet("not equal", "app!=db", true, "app!=db"),
                argumentSet("not equal to what is absent", "other != x", true, "other!=x"),
                argumentSet("in", "tier in (back, front)", true, "tier in (back,front)"),
                argumentSet("in nothing of it", "tier in (back)", false, "tier=back"),
                argumentSet("not in", "tier notin (back)", true, "tier!=back"),
                argumentSet("exists", "app", true, "app"),
                argumentSet("does not exist", "!app", false, "!app"),
                argumentSet("greater", "size>6", true, "size>6"),
                argumentSet("less", "size<7", false, "size<7"),
                argumentSet("empty value", "empty=,app", true, "empty=,app"),
                argumentSet("empty value in a set", "empty in (,x)", true, "empty in (,x)"),
                argumentSet("key named like an operator", "in in (in)", false, "in=in"),
                argumentSet("prefixed key", "smarter.io/x!=1", true, "smarter.io/x!=1"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textSelectsByLabels(String text, boolean matches, String canonical) throws Exception {
        var selector = LabelSelector.parse(text);
        assertThat(selector.matches(WEB)).isEqualTo(matches);
        assertThat(selector).hasToString(canonical);
        assertThat(LabelSelector.parse(selector.toString())).isEqualTo(selector);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=web,",
                ",",
                "=x",
                "app in",
                "app in ()x",
                "app in (a",
                "app ~ b",
                "a b=c",
                "a/b/c=d",
                "!",
                "app=a b",
                "size>x",
                "app=-",
                "app in a",
                "app=(a)",
                "/x=1",
                "app==="
            })
    void textThatIsNoSelectorIsRefused(String text) {
        assertThatThrownBy(() -> LabelSelector.parse(text)).isInstanceOf(SelectorException.class);
    }

    static Stream<Arguments> objects() {
        return Stream.of(
                argumentSet("empty", "{}", ""),
                argumentSet("labels", "{\"matchLabels\":{\"app\":\"web\"}}", "app=web"),
                argumentSet(
                        "expressions",
                        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"x\",\"y\"]},"
                                + "{\"key\":\"b\",\"operator\":\"Exists\"},{\"key\":\"c\",\"operator\":\"DoesNotExist\"},"
                                + "{\"key\":\"d\",\"operator\":\"NotIn\",\"values\":[\"z\"]}]}",
                        "a in (x,y),b,!c,d!=z"));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void objectFormIsReadToo(String json, String text) throws Exception {
        assertThat(LabelSelector.of((Json.Obj) Json.parse(json))).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Like\",\"values\":[\"x\"]}]}",
                "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}",
                "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"x\"]}]}",
                "{\"matchLabels\":{\"a b\":\"x\"}}"
            })
    void objectThatIsNoSelectorIsRefused(String json) {
        assertThatThrownBy(() -> LabelSelector.of((Json.Obj) Json.parse(json))).isInstanceOf(SelectorException.class);
    }
}
