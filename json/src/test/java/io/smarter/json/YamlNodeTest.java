package io.smarter.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.YamlNode.Broken;
import io.smarter.json.YamlNode.Mapping;
import io.smarter.json.YamlNode.Member;
import io.smarter.json.YamlNode.Scalar;
import io.smarter.json.YamlNode.Sequence;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlNodeTest {
    private static YamlNode parse(String text) {
        return YamlNode.parse(text.getBytes(UTF_8));
    }

    @Test
    void tellsTheLineOfEveryKeyAndValue() {
        var node = parse("""
                # a comment
                - name: a
                  on:
                    - 0x10
                    - yes
                - ~
                - "1"
                """);

        assertThat(node)
                .isEqualTo(new Sequence(
                        2,
                        List.of(
                                new Mapping(
                                        2,
                                        List.of(
                                                new Member(2, "name", new Scalar(2, Json.of("a"))),
                                                new Member(
                                                        3,
                                                        "on",
                                                        new Sequence(
                                                                4,
                                                                List.of(
                                                                        new Scalar(4, Json.of(16)),
                                                                        new Scalar(5, Json.of(true))))))),
                                new Scalar(6, Json.Null.NULL),
                                new Scalar(7, Json.of("1")))));
    }

    @Test
    void keepsAKeyThatIsThereTwice() {
        assertThat(parse("a: 1\na: 2"))
                .isEqualTo(new Mapping(
                        1,
                        List.of(
                                new Member(1, "a", new Scalar(1, Json.of(1))),
                                new Member(2, "a", new Scalar(2, Json.of(2))))));
    }

    @Test
    void repeatsWhatAnAliasStandsFor() {
        assertThat(parse("- &a [x]\n- *a"))
                .isEqualTo(new Sequence(
                        1,
                        List.of(
                                new Sequence(1, List.of(new Scalar(1, Json.of("x")))),
                                new Sequence(1, List.of(new Scalar(1, Json.of("x")))))));
    }

    @Test
    void mergesAnotherMapping() {
        assertThat(parse("- &a {x: 1, y: 2}\n- {<<: *a, x: 3}"))
                .isInstanceOfSatisfying(
                        Sequence.class,
                        list -> assertThat(list.items().getLast())
                                .isEqualTo(new Mapping(
                                        2,
                                        List.of(
                                                new Member(2, "x", new Scalar(2, Json.of(3))),
                                                new Member(1, "y", new Scalar(1, Json.of(2)))))));
    }

    @Test
    void goesOnAfterAValueThatCannotBeRead() {
        assertThat(parse("- !made-up x\n- .nan\n- !!int x\n- {[a]: b}\n- good"))
                .isEqualTo(new Sequence(
                        1,
                        List.of(
                                new Broken(1, "the tag !made-up has no meaning here"),
                                new Broken(2, "no JSON for .nan"),
                                new Broken(3, "no JSON for x"),
                                new Broken(4, "a key must be text"),
                                new Scalar(5, Json.of("good")))));
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                argumentSet("nothing", "", 1, "there is no YAML document"),
                argumentSet("only a comment", "# none\n", 1, "there is no YAML document"),
                argumentSet("two documents", "a\n---\nb\n", 3, "a second YAML document begins"),
                argumentSet("a quote that stays open", "- a\n- 'b\n", 3, "no YAML: found unexpected end of stream"),
                argumentSet("indented too little", "- a:\n    b: 1\n   c: 2\n", 3, "no YAML: expected <block end>"),
                argumentSet("a tab", "a:\n\t- b\n", 2, "no YAML: found character '\\t(TAB)'"),
                argumentSet(
                        "what cannot be printed", "a:\n  \u0001", 2, "no YAML: the character U+0001 is not allowed"),
                argumentSet("an alias of nothing", "- a\n- *b\n", 2, "no YAML: found undefined alias"),
                argumentSet("an alias of what it is in", "&a [b, *a]", 1, "nested deeper than 64"),
                argumentSet("nested without end", "[".repeat(100_000), 1, "n"),
                argumentSet("a long number", "- " + "9".repeat(200_000), 1, "a number of more than 100 characters"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhereItIsBroken(String text, int line, String why) {
        var node = parse(text) instanceof Sequence list ? list.items().getFirst() : parse(text);

        assertThat(node).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.line()).isEqualTo(line);
            assertThat(broken.why()).startsWith(why);
        });
    }

    @Test
    void doesNotLetAliasesMakeMuchOfLittle() {
        var items = "x, ".repeat(5_000);

        assertThat(parse("- &a [" + items + "]\n- [" + "*a, ".repeat(40) + "]"))
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.why()).isEqualTo("its aliases make the document too long"));
    }
}
