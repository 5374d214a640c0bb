package io.smarter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"text\"",
                "{\"a\":{\"b\":[1,2.5,-7,true,null,\"\",\"yes\",\"1\",\"0x10\",\"1_000\",\"~\",\"12:30:45\",\"2026-11-24\"]}}",
                "{\"yes\":1,\"on\":\"off\",\"1\":\"- a\",\"a: b\":\"# c\",\"\":\" lead\",\"nul\":\"\\u0000\\u0007\\ud83d\\ude00\"}",
                "{\"script\":\"#!/bin/sh\\nset -e\\n  echo one\\n\",\"tail\":\"a\\n\\n\",\"lead\":\"  a\\nb\",\"crlf\":\"a\\r\\nb\"}",
                "[[1,[2]],{\"a\":[]},[{}]]"
            })
    void whatIsWrittenReadsTheSame(String json) {
        var value = Json.parse(json.getBytes(StandardCharsets.UTF_8));
        var text = Yaml.text(value);
        assertThat(Yaml.parse(text.getBytes(StandardCharsets.UTF_8))).as(text).isEqualTo(value);
    }

    /** What sigs.k8s.io/yaml 1.6, which kubectl reads with, makes of the same texts; of {@code y} it makes a flag. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "on, true",
                "y, \"y\"",
                "No, false",
                "OFF, false",
                "yEs, \"yEs\"",
                "0400, 256",
                "00, 0",
                "010, 8",
                "-010, -8",
                "08, 8",
                "0x1f, 31",
                "0o7, 7",
                "0b11, 3",
                "1_000, 1000",
                "+5, 5",
                "1e3, 1000",
                "1.50, 1.5",
                "~, null",
                "12:30:45, \"12:30:45\"",
                "2020-01-01, \"2020-01-01\"",
                "12345678901234567890, 12345678901234567890",
                "'yes', \"yes\""
            })
    void plainWordsMeanWhatKubectlTakesThemFor(String text, String json) {
        assertThat(Yaml.parse(("a: " + text).getBytes(StandardCharsets.UTF_8)).compact())
                .isEqualTo("{\"a\":" + json + "}");
        assertThat(Yaml.parse((text + ": a").getBytes(StandardCharsets.UTF_8)).compact())
                .isEqualTo("{\"" + json.replace("\"", "") + "\":\"a\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.INF", ".NaN"})
    void numbersThatJsonDoesNotHaveAreRefused(String text) {
        assertThatThrownBy(() -> Yaml.parse(("a: " + text).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining(text);
    }

    @Test
    void writesWhatAPersonWouldWrite() {
        var value = Json.parse(
                "{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",\"labels\":{}},\"data\":{\"k\":\"yes\",\"s\":\"one\\ntwo\\n\"},\"items\":[\"x\",1]}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(Yaml.text(value)).isEqualTo("""
                        apiVersion: v1
                        metadata:
                          name: a
                          labels: {}
                        data:
                          k: "yes"
                          s: |
                            one
                            two
                        items:
                        - x
                        - 1
                        """);
    }
}
