package io.smarter.schema;

import io.smarter.json.Json;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;

/** Texts that stand for something else, read and written in the one spelling that is stored. */
final class SchemaTimes {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private SchemaTimes() {}

    static Json time(String text, boolean micros, Function<String, RuntimeException> wrong) {
        try {
            var time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            return Json.of((micros ? MICROS : SECONDS).format(time));
        } catch (DateTimeException e) {
            var layout = micros ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
            var quoted = Json.of(text).compact();
            throw wrong.apply(
                    "parsing time " + quoted + " as \"" + layout + "\": cannot parse " + quoted + " as \"2006\"");
        }
    }

    /** The seconds since 1970 of a time as it is stored. */
    static long seconds(String text) {
        if (text.length() < 20 || text.charAt(4) != '-')
            return OffsetDateTime.parse(text).toEpochSecond();
        long days = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        return days * 86_400 + number(text, 11, 13) * 3600L + number(text, 14, 16) * 60L + number(text, 17, 19);
    }

    /** The part of a second of a time as it is stored. */
    static int nanos(String text) {
        return OffsetDateTime.parse(text).getNano();
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    static Json bytes(String text, Function<String, RuntimeException> wrong) {
        var dense = text.indexOf('\n') < 0 && text.indexOf('\r') < 0 ? text : text.replaceAll("[\r\n]", "");
        try {
            if (dense.length() % 4 != 0) throw new IllegalArgumentException("no padding");
            return Json.of(
                    Base64.getEncoder().encodeToString(Base64.getDecoder().decode(dense)));
        } catch (IllegalArgumentException e) {
            throw wrong.apply("illegal base64 data at input byte " + firstForeign(dense));
        }
    }

    private static int firstForeign(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known =
                    c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
            if (!known) return i;
        }
        return text.length() - text.length() % 4;
    }
}
