package io.smarter.demo;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * One measured value on its way to the cloud.
 *
 * @param node the gateway
 * @param name an OpenTelemetry instrument name, attributes after a slash
 * @param unit UCUM
 * @param counter whether the value only grows, so that only its last value tells anything
 */
record Reading(String node, String name, double value, String unit, Instant time, boolean counter) {
    private static final double MAX_INTEGER = 1e15;

    Reading named(String other, double otherValue, Instant at) {
        return new Reading(node, other, otherValue, unit, at, counter);
    }

    /** The line for the intake, with its line feed. */
    byte[] line() {
        return text(json());
    }

    /** The line between sensor and filter, which also says {@code counter}. */
    byte[] innerLine() {
        return text(counter ? json().with("counter", Json.Bool.TRUE) : json());
    }

    /** Reads a line that a sensor wrote; null when it is none. */
    static @Nullable Reading parse(byte[] line) {
        try {
            var json = Json.parse(line);
            var node = json.text("node");
            var name = json.text("name");
            var unit = json.text("unit");
            var time = json.text("time");
            if (node == null || name == null || unit == null || time == null) return null;
            if (!(json.at("value") instanceof Json.Num value)) return null;
            return new Reading(node, name, value.asDouble(), unit, Instant.parse(time), json.flag("counter"));
        } catch (JsonException | DateTimeParseException e) {
            return null;
        }
    }

    private Json.Obj json() {
        return Json.obj("node", node, "name", name, "value", number(value), "unit", unit, "time", time.toString());
    }

    /** Whole numbers without fraction, others with four places: more would be noise that costs bytes. */
    private static Json number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < MAX_INTEGER) return Json.of((long) value);
        return Json.from(Math.round(value * 1e4) / 1e4);
    }

    private static byte[] text(Json json) {
        return (json.compact() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
