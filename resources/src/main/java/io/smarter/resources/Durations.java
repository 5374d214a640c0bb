package io.smarter.resources;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as Kubernetes' settings write them, such as {@code 1m30s}. */
public final class Durations {
    private static final Pattern PARTS =
            Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private Durations() {}

    /**
     * @throws IllegalArgumentException if the text is no duration
     */
    public static Duration parse(String text) {
        var match = PARTS.matcher(text);
        if (text.isEmpty() || !match.matches())
            throw new IllegalArgumentException("duration: must be like 1h30m or 90s, was '" + text + "'");
        return Duration.ofHours(number(match.group(1)))
                .plusMinutes(number(match.group(2)))
                .plusSeconds(number(match.group(3)))
                .plusMillis(number(match.group(4)));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
