package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What structural schemas do to objects: prune, default, refuse. */
@Timeout(20)
final class CustomValidationTest {
    private static final Schema SCHEMA = Schema.load();

    private static CustomSchema schema(String spec) {
        var raw = (Json.Obj) Json.parse("{\"type\":\"object\",\"properties\":{\"spec\":" + spec + "}}");
        return CustomSchema.ofObjects(raw, SCHEMA.objectMeta(), false);
    }

    private static Json.Obj object(String spec) {
        return (Json.Obj) Json.parse("{\"spec\":" + spec + "}");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                argumentSet(
                        "type",
                        "{\"type\":\"integer\"}",
                        "\"x\"",
                        "spec: Invalid value: \"string\": spec in body must be of type integer: \"string\""),
                argumentSet(
                        "fraction",
                        "{\"type\":\"integer\"}",
                        "1.5",
                        "spec: Invalid value: \"number\": spec in body must be of type integer: \"number\""),
                argumentSet(
                        "exponent that is no number",
                        "{\"type\":\"number\"}",
                        "1e99999999999",
                        "spec: Invalid value: 1e99999999999: spec in body is no number that can be compared"),
                argumentSet(
                        "bytes in a rule",
                        "{\"type\":\"string\",\"format\":\"byte\",\"x-kubernetes-validations\":[{\"rule\":\"size(self) <= 4\"}]}",
                        "\"YWJjZA==\"",
                        ""),
                argumentSet(
                        "reserved name in a rule",
                        "{\"type\":\"object\",\"properties\":{\"var\":{\"type\":\"integer\"}},"
                                + "\"x-kubernetes-validations\":[{\"rule\":\"self.__var__ == 1\"}]}",
                        "{\"var\":1}",
                        ""),
                argumentSet("whole fraction", "{\"type\":\"integer\"}", "2.0", ""),
                argumentSet(
                        "null in a list",
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
                        "[null]",
                        "spec[0]: Invalid value: \"null\": spec[0] in body must be of type string: \"null\""),
                argumentSet("nullable", "{\"type\":\"string\",\"nullable\":true}", "null", ""),
                argumentSet(
                        "enum",
                        "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}",
                        "\"c\"",
                        "spec: Unsupported value: \"c\": supported values: \"a\", \"b\""),
                argumentSet(
                        "maximum",
                        "{\"type\":\"integer\",\"maximum\":65535}",
                        "70000",
                        "spec: Invalid value: 70000: spec in body should be less than or equal to 65535"),
                argumentSet(
                        "exclusive",
                        "{\"type\":\"number\",\"minimum\":0,\"exclusiveMinimum\":true}",
                        "0",
                        "spec: Invalid value: 0: spec in body should be greater than 0"),
                argumentSet(
                        "step",
                        "{\"type\":\"integer\",\"multipleOf\":5}",
                        "7",
                        "spec: Invalid value: 7: spec in body should be a multiple of 5"),
                argumentSet(
                        "pattern",
                        "{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"}",
                        "\"A\"",
                        "spec: Invalid value: \"A\": spec in body should match '^[a-z]+$'"),
                argumentSet(
                        "short",
                        "{\"type\":\"string\",\"minLength\":3}",
                        "\"ab\"",
                        "spec: Invalid value: \"ab\": spec in body should be at least 3 chars long"),
                argumentSet(
                        "long",
                        "{\"type\":\"string\",\"maxLength\":3}",
                        "\"abcd\"",
                        "spec: Too long: may not be more than 3 bytes"),
                argumentSet(
                        "few",
                        "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}}",
                        "[]",
                        "spec: Invalid value: []: spec in body should have at least 1 items"),
                argumentSet(
                        "many",
                        "{\"type\":\"array\",\"maxItems\":1,\"items\":{\"type\":\"integer\"}}",
                        "[1,2]",
                        "spec: Too many: 2: must have at most 1 items"),
                argumentSet(
                        "required",
                        "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\"}}}",
                        "{}",
                        "spec.a: Required value"),
                argumentSet(
                        "format",
                        "{\"type\":\"string\",\"format\":\"ipv4\"}",
                        "\"1.2.3\"",
                        "spec: Invalid value: \"1.2.3\": spec in body must be of type ipv4: \"1.2.3\""),
                argumentSet(
                        "int or string",
                        "{\"x-kubernetes-int-or-string\":true}",
                        "true",
                        "spec: Invalid value: \"boolean\": spec in body must be of type integer,string: \"boolean\""),
                argumentSet("either", "{\"x-kubernetes-int-or-string\":true}", "\"50%\"", ""),
                argumentSet(
                        "set",
                        "{\"type\":\"array\",\"x-kubernetes-list-type\":\"set\",\"items\":{\"type\":\"string\"}}",
                        "[\"a\",\"a\"]",
                        "spec[1]: Duplicate value: \"a\""),
                argumentSet(
                        "map",
                        "{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-keys\":[\"k\"],\"items\":{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"}}}}",
                        "[{\"k\":\"a\"},{\"k\":\"a\"}]",
                        "spec[1]: Duplicate value: {\"k\":\"a\"}"),
                argumentSet(
                        "one of",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}},\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}",
                        "{\"a\":\"\",\"b\":\"\"}",
                        "<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives"),
                argumentSet(
                        "not",
                        "{\"type\":\"string\",\"not\":{\"enum\":[\"x\"]}}",
                        "\"x\"",
                        "<nil>: Invalid value: \"\": \"spec\" must not validate the schema (not)"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void valuesAreRefusedInKubernetesWords(String schema, String value, String message) {
        var errors = CustomValidation.validate(schema(schema), object(value), null);
        assertThat(errors.stream().map(FieldError::toString))
                .isEqualTo(message.isEmpty() ? List.of() : List.of(message));
    }

    @Test
    void whatDidNotChangePasses() {
        var strict = schema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"maximum\":1},\"b\":{\"type\":\"integer\"}}}");
        var old = object("{\"a\":5,\"b\":1}");
        assertThat(CustomValidation.validate(strict, object("{\"a\":5,\"b\":2}"), old))
                .isEmpty();
        assertThat(CustomValidation.validate(strict, object("{\"a\":6,\"b\":2}"), old))
                .hasSize(1);
    }

    static Stream<Arguments> shapes() {
        var open = "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";
        return Stream.of(
                argumentSet(
                        "unknown fields go",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
                        "{\"a\":\"x\",\"b\":1}",
                        "{\"a\":\"x\"}"),
                argumentSet("unknown fields stay where they may", open, "{\"b\":{\"c\":[1]}}", "{\"b\":{\"c\":[1]}}"),
                argumentSet(
                        "maps keep all",
                        "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}",
                        "{\"k\":{\"a\":\"x\",\"b\":1}}",
                        "{\"k\":{\"a\":\"x\"}}"),
                argumentSet(
                        "defaults come",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"default\":7}}}",
                        "{}",
                        "{\"a\":7}"),
                argumentSet(
                        "defaults nest",
                        "{\"type\":\"object\",\"properties\":{\"o\":{\"type\":\"object\",\"default\":{},\"properties\":{\"a\":{\"type\":\"integer\",\"default\":7}}}}}",
                        "{}",
                        "{\"o\":{\"a\":7}}"),
                argumentSet(
                        "null is no value",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"default\":7},\"b\":{\"type\":\"string\"}}}",
                        "{\"a\":null,\"b\":null}",
                        "{\"a\":7}"),
                argumentSet(
                        "null may be a value",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"default\":7,\"nullable\":true}}}",
                        "{\"a\":null}",
                        "{\"a\":null}"),
                argumentSet(
                        "in lists",
                        "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"default\":7}}}}",
                        "[{\"b\":1},{\"a\":1}]",
                        "[{\"a\":7},{\"a\":1}]"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void objectsArePrunedAndDefaulted(String schema, String sent, String stored) {
        var node = schema(schema);
        var decoded = ((SchemaDecoder.Outcome.Decoded) CustomDecoder.decode(node, object(sent))).object();
        var filled = CustomDefaults.apply(node, decoded);
        assertThat(filled).isEqualTo(object(stored));
        assertThat(CustomDefaults.apply(node, filled)).isEqualTo(filled);
    }

    @Test
    void unknownFieldsAreNamed() {
        var node = schema(
                "{\"type\":\"object\",\"properties\":{\"l\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}");
        var sent =
                (Json.Obj) Json.parse("{\"metadata\":{\"name\":\"a\",\"x\":1},\"y\":1,\"spec\":{\"l\":[{\"z\":1}]}}");
        assertThat(((SchemaDecoder.Outcome.Decoded) CustomDecoder.decode(node, sent)).unknown())
                .containsExactly("y", "spec.l[0].z", "metadata.x");
    }

    @Test
    void catastrophicPatternsTakeLinearTime() {
        var node = schema("{\"type\":\"string\",\"pattern\":\"^(a+)+$\"}");
        assertThat(CustomValidation.validate(node, object("\"" + "a".repeat(50_000) + "!\""), null))
                .hasSize(1);
    }

    @Test
    void hugeEnumsAndErrorListsStaySmall() {
        var words = Json.arr(
                Stream.iterate(0, i -> i + 1).limit(20_000).map(i -> "w" + i).toList());
        var node = schema("{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":" + words.compact() + "}}");
        var good = Json.arr(words.items().reversed());
        assertThat(CustomValidation.validate(node, object(good.compact()), null))
                .isEmpty();
        var bad = Json.arr(Stream.generate(() -> 1).limit(50_000).toList());
        var typed = schema("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
        assertThat(CustomValidation.validate(typed, object(bad.compact()), null))
                .hasSizeLessThanOrEqualTo(102);
        var ruled = schema("""
                {"type":"array","items":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 1"}]}}""");
        assertThat(CustomValidation.validate(ruled, object(bad.compact()), null))
                .hasSizeLessThanOrEqualTo(102);
    }

    @Test
    void longListsThatAreMapsAreComparedInLinearTime() {
        var node = schema("""
                {"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
                "items":{"type":"object","required":["k"],"x-kubernetes-validations":[{"rule":"self.v >= oldSelf.v"}],
                "properties":{"k":{"type":"string"},"v":{"type":"integer"}}}}""");
        assertThat(CustomValidation.validate(node, items(2), items(1))).isEmpty();
        assertThat(CustomValidation.validate(node, items(1), items(2))).isNotEmpty();
    }

    private static Json.Obj items(int value) {
        return Json.obj(
                "spec",
                Stream.iterate(0, i -> i + 1)
                        .limit(60_000)
                        .map(i -> Json.obj("k", "k" + i, "v", value))
                        .toList());
    }

    /** Others let pass what did not change. */
    @Test
    void rulesThatCompareWithTheOldValueCountForWhatDidNotChange() {
        var node = schema("""
                {"type":"object","x-kubernetes-validations":[{"rule":"self.a == 'b'"}],"properties":{
                "a":{"type":"string","x-kubernetes-validations":[{"rule":"self != oldSelf"}]}}}""");
        var same = object("{\"a\":\"x\"}");
        assertThat(CustomValidation.validate(node, same, same))
                .extracting(FieldError::field)
                .containsExactly("spec.a");
    }
}
