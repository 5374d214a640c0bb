package io.smarter.printers;

import io.smarter.api.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Shows how long ago something was, in two figures at most, as {@code kubectl get} does. */
final class Ages {
    private Ages() {}

    static String since(@Nullable String time, Instant now) {
        var then = ObjectMeta.instant(time);
        return then == null ? "<unknown>" : text(Duration.between(then, now));
    }

    static String text(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return seconds + "s";
        long minutes = seconds / 60;
        if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return minutes + "m";
        long hours = minutes / 60;
        if (hours < 8) return two(hours, "h", minutes % 60, "m");
        if (hours < 48) return hours + "h";
        long days = hours / 24;
        if (days < 8) return two(days, "d", hours % 24, "h");
        if (days < 2 * 365) return days + "d";
        return days < 8 * 365 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long much, String unit, long less, String lessUnit) {
        return less == 0 ? much + unit : much + unit + less + lessUnit;
    }
}
