package io.smarter.telemetry;

import io.smarter.json.Json;
import java.time.Instant;

/**
 * One measured value.
 *
 * @param node the gateway that measured it
 * @param name what was measured: an OpenTelemetry instrument name, attributes after a slash ({@code
 *     system.memory.usage/used})
 * @param value finite
 * @param unit UCUM ({@code By}, {@code 1}, {@code Cel}, {@code {operation}})
 * @param time when, by the gateway's clock
 */
public record Reading(String node, String name, double value, String unit, Instant time) {
    /** {@code {"node","name","value","unit","time"}}, the time in RFC 3339. */
    public Json.Obj json() {
        return Json.obj("node", node, "name", name, "value", value, "unit", unit, "time", time.toString());
    }
}
