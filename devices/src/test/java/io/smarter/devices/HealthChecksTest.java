package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HealthChecksTest {
    @TempDir
    private Path dev;

    private static Catalog catalog(String rule) {
        return Catalog.of(Rules.parse(rule.getBytes(UTF_8)), List.of(Finds.plain("x0")));
    }

    private HealthChecks checks(Runnable changed) {
        return new HealthChecks(new Probe(dev, Duration.ofSeconds(5)), changed);
    }

    @Test
    void whatIsNotADeviceFailsAndIsAskedAgain() throws Exception {
        Files.writeString(dev.resolve("x0"), "no device");
        var checks = checks(() -> {});
        var catalog = catalog("[{match: {path: ^x}}]");
        var start = Instant.now();
        checks.ask(catalog, start);
        assertThat(checks.trouble(Finds.plain("x0"))).isNotEmpty();
        var first = Duration.between(start, Objects.requireNonNull(checks.next()));
        assertThat(first).isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
        checks.ask(catalog, Objects.requireNonNull(checks.next()));
        assertThat(Duration.between(Instant.now(), Objects.requireNonNull(checks.next())))
                .isGreaterThan(Duration.ofMillis(1500));
        Files.delete(dev.resolve("x0"));
        checks.ask(new Catalog(List.of(), List.of(), List.of()), Instant.now());
        assertThat(checks.next()).isNull();
    }

    @Test
    void aRuleMayHaveItLeftAlone() throws Exception {
        var checks = checks(() -> {});
        checks.ask(catalog("[{match: {path: ^x}, health: none}]"), Instant.now());
        assertThat(checks.trouble(Finds.plain("x0"))).isEmpty();
        assertThat(checks.next()).isNull();
    }
}
