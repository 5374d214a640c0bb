package io.smarter.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LineTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    @Test
    void aWholeLineIsAReading() {
        var line =
                "{\"node\":\"gw-1.lab\",\"name\":\"system.memory.usage/used\",\"value\":-1.5e3,\"unit\":\"By\",\"time\":\"2026-11-24T05:59:00.5+01:00\"}";

        assertThat(parse(line))
                .isEqualTo(new Line.Good(new Reading(
                        "gw-1.lab", "system.memory.usage/used", -1500, "By", Instant.parse("2026-11-24T04:59:00.5Z"))));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                argumentSet("not JSON", "hello", "invalid character 'h' looking for a value at byte 0"),
                argumentSet("not an object", "[1]", "must be a JSON object"),
                argumentSet("misspelt member", with("\"vaule\":1"), "unknown member \"vaule\""),
                argumentSet("no node", "{}", "node: must be a DNS subdomain of at most 253 characters, was missing"),
                argumentSet("node in capitals", with("\"node\":\"GW\""), "node: must be a DNS subdomain"),
                argumentSet("node ends in a dash", with("\"node\":\"gw-\""), "node: must be a DNS subdomain"),
                argumentSet("node with empty label", with("\"node\":\"a..b\""), "node: must be a DNS subdomain"),
                argumentSet("node too long", with("\"node\":\"" + "a".repeat(254) + "\""), "node: must be a DNS"),
                argumentSet("name with a space", with("\"name\":\"a b\""), "name: must be a letter"),
                argumentSet("name begins with a digit", with("\"name\":\"1a\""), "was \"1a\""),
                argumentSet("value as text", with("\"value\":\"1\""), "value: must be a number"),
                argumentSet("value too large", with("\"value\":1e999"), "was 1e999"),
                argumentSet("unit with control character", with("\"unit\":\"\\u0007\""), "unit: must be 1 to 63"),
                argumentSet("time without zone", with("\"time\":\"2026-11-24T05:00:00\""), "time: must be an RFC 3339"),
                argumentSet(
                        "time far ahead", with("\"time\":\"2026-11-26T05:00:00Z\""), "more than a day in the future"),
                argumentSet("time before all computers", with("\"time\":\"1066-10-14T09:00:00Z\""), "since 1970"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadLineIsNamedWithRuleAndValue(String line, String reason) {
        assertThat(parse(line))
                .isInstanceOfSatisfying(
                        Line.Bad.class, bad -> assertThat(bad.reason()).contains(reason));
    }

    @Test
    void aLongValueIsShortenedInItsReason() {
        assertThat(parse(with("\"name\":\"" + "é".repeat(5000) + "\"")))
                .isInstanceOfSatisfying(
                        Line.Bad.class, bad -> assertThat(bad.reason()).hasSizeLessThan(250));
    }

    private static String with(String member) {
        return "{\"node\":\"gw\",\"name\":\"a\",\"value\":1,\"unit\":\"1\",\"time\":\"2026-11-24T05:00:00Z\"," + member
                + "}";
    }

    private static Line parse(String line) {
        return Line.parse(line.getBytes(StandardCharsets.UTF_8), NOW);
    }
}
