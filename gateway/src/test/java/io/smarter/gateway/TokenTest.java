package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    /** A token without a signature that anybody would believe. */
    static String token(long issued, long life) {
        var claims = Json.obj("iat", issued, "exp", issued + life).bytes();
        return "e30.%s.c2ln".formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(claims));
    }

    @ParameterizedTest
    @CsvSource({
        "ten minutes,          600,      0, PT8M",
        "an hour,              3600,     0, PT48M",
        "an hour at earliest,  3600,     1, PT43M12S",
        "a day,                86400,    0, PT19H12M",
        "a year,               31536000, 0, PT24H",
        "a year at earliest,   31536000, 1, PT21H36M"
    })
    void isRenewedInTime(String name, long life, double early, Duration after) {
        var token = Token.received(token(1_000_000, life), Duration.ofSeconds(1), NOW);
        assertThat(Duration.between(NOW, token.renewAt(early))).as(name).isEqualTo(after);
    }

    @Test
    void whatIsNoJsonWebTokenHoldsAsLongAsWasAsked() {
        assertThat(Token.received("opaque", Duration.ofHours(1), NOW).life()).isEqualTo(Duration.ofHours(1));
        assertThat(Token.received("a.!.c", Duration.ofHours(1), NOW).life()).isEqualTo(Duration.ofHours(1));
        assertThat(Token.kept("opaque")).isNull();
    }

    @Test
    void whatWasKeptBeganWhenItWasIssued() {
        var kept = Token.kept(token(1_000_000, 600));
        assertThat(kept)
                .isEqualTo(new Token(token(1_000_000, 600), Instant.ofEpochSecond(1_000_000), Duration.ofMinutes(10)));
    }
}
