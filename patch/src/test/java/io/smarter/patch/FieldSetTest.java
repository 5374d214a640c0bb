package io.smarter.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'f:a':{}}                               | [.a]",
                "{'f:a':{'f:b':{}}}                       | [.a.b]",
                "{'f:a':{'.':{},'f:b':{}}}                | [.a, .a.b]",
                "{'f:l':{'k:{\\\"n\\\":\\\"x\\\"}':{'.':{},'f:i':{}}}}  | [.l[n=\"x\"], .l[n=\"x\"].i]",
                "{'f:l':{'v:\\\"x\\\"':{},'v:1':{}}}          | [.l[=\"x\"], .l[=1]]",
                "{'f:l':{'i:3':{}}}                       | [.l[3]]"
            })
    void readsAndPrintsAndWrites(String json, String printed) {
        var object = set(json);
        assertThat(object.printed()).hasToString(printed);
        assertThat(FieldSet.parse(object.toJson())).isEqualTo(object);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "union      | {'f:a':{}}                | {'f:a':{'f:b':{}},'f:c':{}} | [.a, .a.b, .c]",
                "intersect  | {'f:a':{'f:b':{}}}        | {'f:a':{}}                  | []",
                "intersect  | {'f:a':{'.':{},'f:b':{}}} | {'f:a':{}}                  | [.a]",
                "minus      | {'f:a':{'.':{},'f:b':{}}} | {'f:a':{}}                  | [.a.b]",
                "minusBelow | {'f:a':{'.':{},'f:b':{}}} | {'f:a':{}}                  | []",
                "minusBelow | {'f:a':{}}                | {'f:a':{'f:b':{}}}          | [.a]"
            })
    void combinesAsSetsDo(String operation, String left, String right, String expected) {
        var a = set(left);
        var b = set(right);
        var result = switch (operation) {
            case "union" -> a.union(b);
            case "intersect" -> a.intersect(b);
            case "minus" -> a.minus(b);
            default -> a.minusBelow(b);
        };
        assertThat(result.printed()).hasToString(expected);
    }

    @Test
    void keysHaveOneSpelling() {
        assertThat(set("{'f:p':{'k:{\\\"b\\\":1, \\\"a\\\":2}':{}}}"))
                .isEqualTo(set("{'f:p':{'k:{\\\"a\\\":2,\\\"b\\\":1}':{}}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'x':{}}", "{'k:[]':{}}", "{'i:x':{}}", "{'v:{':{}}", "{'f:a':1}"})
    void refusesWhatIsNoElement(String json) {
        assertThatThrownBy(() -> set(json)).isInstanceOf(ApplyFailure.class).hasMessageStartingWith("fieldsV1: ");
    }

    private static FieldSet set(String json) {
        return FieldSet.parse((Json.Obj) Json.parse(json.replace('\'', '"')));
    }
}
