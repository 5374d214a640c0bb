package io.smarter.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of the Date field (RFC 9110 §6.6.1), made once a second. */
final class NettyClock {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private record Second(long epoch, String text) {}

    private volatile Second last = new Second(0, "");

    String date() {
        var now = Instant.now();
        var known = last;
        if (known.epoch == now.getEpochSecond()) return known.text;
        var fresh = new Second(now.getEpochSecond(), FORMAT.format(now));
        last = fresh;
        return fresh.text;
    }
}
