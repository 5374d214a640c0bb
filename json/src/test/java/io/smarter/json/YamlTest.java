package io.smarter.json;

import static org.assertj.core.api.Assertions.assertThat;

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

    @ParameterizedTest
    @CsvSource({"0400, 256", "-010, -8", "0, 0", "00, 0", "0o17, 15", "0x1F, 31", "400, 400"})
    void readsNumbersAsKubectlDoes(String yaml, String json) {
        assertThat(Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.parse(json));
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
