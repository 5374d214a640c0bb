package io.smarter.telemetry;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one line of a batch turned out to be. */
sealed interface Line {
    record Good(Reading reading) implements Line {}

    record Bad(String reason) implements Line {}

    /** A reading from the future would hide all that come after it; clocks of gateways are wrong by less than this. */
    Duration FUTURE = Duration.ofDays(1);

    Set<String> MEMBERS = Set.of("node", "name", "value", "unit", "time");

    static Line parse(byte[] utf8, Instant now) {
        try {
            return Json.parse(utf8) instanceof Json.Obj object ? read(object, now) : new Bad("must be a JSON object");
        } catch (JsonException e) {
            return new Bad(String.valueOf(e.getMessage()));
        }
    }

    private static Line read(Json.Obj object, Instant now) {
        for (var name : object.members().keySet()) {
            if (!MEMBERS.contains(name)) return new Bad("unknown member " + quote(name));
        }
        var node = object.textOrEmpty("node");
        if (!isNodeName(node)) return wrong(object, "node", "must be a DNS subdomain of at most 253 characters");
        var name = object.textOrEmpty("name");
        if (!isMetricName(name))
            return wrong(object, "name", "must be a letter and at most 254 letters, digits or _ . - / more");
        var unit = object.textOrEmpty("unit");
        if (!isUnit(unit)) return wrong(object, "unit", "must be 1 to 63 printable ASCII characters without space");
        if (!(object.get("value") instanceof Json.Num number) || !Double.isFinite(number.asDouble()))
            return wrong(object, "value", "must be a number within the range of a 64-bit float");
        var time = instant(object.textOrEmpty("time"));
        if (time == null || time.isBefore(Instant.EPOCH))
            return wrong(object, "time", "must be an RFC 3339 time since 1970");
        if (time.isAfter(now.plus(FUTURE))) return wrong(object, "time", "must not be more than a day in the future");
        return new Good(new Reading(node, name, number.asDouble(), unit, time));
    }

    private static Line wrong(Json.Obj object, String member, String rule) {
        var value = object.get(member);
        return new Bad(
                value == null
                        ? "%s: %s, was missing".formatted(member, rule)
                        : "%s: %s, was %s".formatted(member, rule, shorten(value.compact())));
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.length() > 40 ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    static boolean isNodeName(String text) {
        if (text.isEmpty() || text.length() > 253) return false;
        char before = '.';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!alphanumeric && (c != '-' && c != '.' || before == '.' || before == '-' && c == '.')) return false;
            before = c;
        }
        return before != '-' && before != '.';
    }

    static boolean isMetricName(String text) {
        if (text.isEmpty() || text.length() > 255 || !isLetter(text.charAt(0))) return false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && "_.-/".indexOf(c) < 0) return false;
        }
        return true;
    }

    private static boolean isUnit(String text) {
        if (text.isEmpty() || text.length() > 63) return false;
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static String quote(String text) {
        return shorten(Json.of(text).compact());
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
