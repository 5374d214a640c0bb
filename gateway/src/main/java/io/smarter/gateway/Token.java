package io.smarter.gateway;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A token of a service account (RFC 7519).
 *
 * @param since when it began to hold, by our clock
 * @param life how long it holds in truth, which may be longer than was asked for
 */
record Token(String text, Instant since, Duration life) {
    /** The longest token that is taken. */
    static final int LONGEST = 16 << 10;

    private static final Duration OLDEST = Duration.ofHours(24);

    /** A token that just came. What is no JSON web token is taken to hold as long as was asked for. */
    static Token received(String text, Duration asked, Instant now) {
        var claims = claims(text);
        long life = claims == null ? 0 : claims.number(0, "exp") - claims.number(0, "iat");
        return new Token(text, now, life > 0 ? Duration.ofSeconds(life) : asked);
    }

    /** A token that was kept; null when one can't tell for how long it holds. */
    static @Nullable Token kept(String text) {
        var claims = claims(text);
        if (claims == null) return null;
        long since = claims.number(0, "iat");
        long life = claims.number(0, "exp") - since;
        return since <= 0 || life <= 0 ? null : new Token(text, Instant.ofEpochSecond(since), Duration.ofSeconds(life));
    }

    /**
     * When another is to be asked for: after four fifths of its life, but within a day, and for each one a little earlier,
     * so that a fleet that began together does not ask together.
     *
     * @param early from 0 to 1
     */
    Instant renewAt(double early) {
        var latest = life.multipliedBy(4).dividedBy(5);
        if (latest.compareTo(OLDEST) > 0) latest = OLDEST;
        return since.plus(latest).minusMillis((long) (latest.toMillis() * early / 10));
    }

    private static @Nullable Json claims(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 3 || text.length() > LONGEST) return null;
        try {
            return Json.parse(Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException | JsonException e) {
            return null;
        }
    }
}
