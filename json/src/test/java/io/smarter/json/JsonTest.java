package io.smarter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "-0.5e+10",
                "1.0",
                "12345678901234567890",
                "\"\"",
                "[1,[2,{\"a\":null}]]",
                "{\"a\":{\"b\":[true,false]},\"c\":\"ü€😀\"}",
                "\"\\\"\\\\\\n\\r\\t\\u0001\""
            })
    void whatIsReadIsWrittenAgain(String text) {
        assertThat(Json.parse(text).compact()).isEqualTo(text);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                argumentSet("nothing", "", "unexpected end"),
                argumentSet("open object", "{\"a\":1", "unexpected end"),
                argumentSet("no name", "{1:2}", "expected a member name"),
                argumentSet("no colon", "{\"a\" 1}", "expected ':'"),
                argumentSet("trailing comma", "[1,]", "looking for a value"),
                argumentSet("two values", "1 2", "after top-level value"),
                argumentSet("leading zero", "01", "after top-level value"),
                argumentSet("lone minus", "-", "unexpected end"),
                argumentSet("raw line feed", "\"a\nb\"", "in string literal"),
                argumentSet("bad escape", "\"\\x\"", "in string escape code"),
                argumentSet("half an escape", "\"\\u12\"", "hexadecimal"),
                argumentSet("misspelt word", "trux", "in literal true"),
                argumentSet("too deep", "[".repeat(1000), "nested deeper"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedTextIsRefusedWithReason(String text, String reason) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void invalidUtf8IsRefused() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc3, '"'}))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void duplicateMembersAreToldByTheirPath() {
        var told = new ArrayList<String>();
        var text = "{\"a\":{\"b\":1,\"b\":2},\"c\":[{\"d\":1,\"d\":1}]}";
        var value = new JsonReader(text.getBytes(StandardCharsets.UTF_8), told::add).read();
        assertThat(told).containsExactly("a.b", "c.[0].d");
        assertThat(value.number(0, "a", "b")).isEqualTo(2);
    }

    @Test
    void pathsReadAndWriteDeepValues() {
        var pod = Json.obj("metadata", Map.of("labels", Map.of("app", "hello")), "items", List.of(1, 2));
        assertThat(pod.text("metadata", "labels", "app")).isEqualTo("hello");
        assertThat(pod.text("metadata", "absent", "app")).isNull();
        assertThat(pod.text("items", "app")).isNull();
        assertThat(pod.items("items")).hasSize(2);
        var changed = pod.withAt(Json.of(7), "status", "count").withoutAt("metadata", "labels", "app");
        assertThat(changed.number(0, "status", "count")).isEqualTo(7);
        assertThat(changed.texts("metadata", "labels")).isEmpty();
        assertThat(pod.has("status")).isFalse();
    }

    @Test
    void absentValuesAreLeftOutOfMadeObjects() {
        assertThat(Json.obj("a", null, "b", 1).compact()).isEqualTo("{\"b\":1}");
    }

    @Test
    void prettyTextIsIndentedByTwo() {
        assertThat(Json.parse("{\"a\":[1,{}],\"b\":[]}").pretty())
                .isEqualTo("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n");
    }

    @Test
    void yamlBecomesJson() {
        var text = """
                a: {b: 'x', m: 1, t: true, none: null}
                ---
                list: [1.5, two]
                """;
        assertThat(Yaml.parseAll(text.getBytes(StandardCharsets.UTF_8)))
                .extracting(Json::compact)
                .containsExactly("{\"a\":{\"b\":\"x\",\"m\":1,\"t\":true,\"none\":null}}", "{\"list\":[1.5,\"two\"]}");
    }

    @Test
    void yamlThatIsNotYamlIsRefused() {
        assertThatThrownBy(() -> Yaml.parse("a: [".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("invalid YAML");
    }
}
