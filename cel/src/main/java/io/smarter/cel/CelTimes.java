package io.smarter.cel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of times and durations in expressions. */
final class CelTimes {
    private CelTimes() {}

    static @Nullable Object of(Instant instant, String name, List<Object> arguments) {
        ZoneId zone = ZoneOffset.UTC;
        if (!arguments.isEmpty()) {
            if (!(arguments.getFirst() instanceof String wanted)) return null;
            try {
                zone = ZoneId.of(wanted);
            } catch (DateTimeException e) {
                throw new Cel.Failure(-1, "unknown time zone " + wanted);
            }
        }
        var time = instant.atZone(zone);
        return switch (name) {
            case "getFullYear" -> (long) time.getYear();
            case "getMonth" -> (long) time.getMonthValue() - 1;
            case "getDate" -> (long) time.getDayOfMonth();
            case "getDayOfMonth" -> (long) time.getDayOfMonth() - 1;
            case "getDayOfWeek" -> (long) time.getDayOfWeek().getValue() % 7;
            case "getDayOfYear" -> (long) time.getDayOfYear() - 1;
            case "getHours" -> (long) time.getHour();
            case "getMinutes" -> (long) time.getMinute();
            case "getSeconds" -> (long) time.getSecond();
            case "getMilliseconds" -> (long) time.getNano() / 1_000_000;
            default -> null;
        };
    }

    static @Nullable Object of(Duration duration, String name) {
        return switch (name) {
            case "getHours" -> duration.toHours();
            case "getMinutes" -> duration.toMinutes();
            case "getSeconds" -> duration.toSeconds();
            case "getMilliseconds" -> duration.toMillis();
            default -> null;
        };
    }
}
