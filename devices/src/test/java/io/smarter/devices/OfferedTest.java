package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.Found.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class OfferedTest {
    private static final Duration KEEP = Duration.ofMinutes(1);
    private static final Instant START = Instant.EPOCH;
    private static final Rules RULES = Rules.parse("[{name: serial, match: {path: ^ttyUSB}}]".getBytes(UTF_8));
    private static final String SERIAL = "smarter-devices/serial";

    private static Map<String, Offered> next(Map<String, Offered> before, Rules rules, Instant now, Found... found) {
        var list = Arrays.asList(found);
        var paths = list.stream().map(Found::path).collect(Collectors.toSet());
        return Offered.next(before, Catalog.of(rules, list), paths, (_, _) -> "", now, KEEP);
    }

    private static Offered serial(Map<String, Offered> offered) {
        return Objects.requireNonNull(offered.get(SERIAL));
    }

    @Test
    void whatGoesIsUnhealthyForAWhile() {
        var there = next(Map.of(), RULES, START, Finds.serial("ttyUSB0", "A1", 1));
        assertThat(serial(there).units()).allMatch(Offered.Standing::isHealthy);
        var gone = next(there, RULES, START.plusSeconds(1));
        assertThat(serial(gone).units()).hasSize(1).noneMatch(Offered.Standing::isHealthy);
        assertThat(serial(gone).changes(KEEP)).isEqualTo(START.plusSeconds(61));
        assertThat(next(gone, RULES, START.plusSeconds(60))).containsKey(SERIAL);
        assertThat(next(gone, RULES, START.plusSeconds(61))).isEmpty();
    }

    @Test
    void whatComesBackUnderAnotherNumberIsTheSame() {
        var there = next(Map.of(), RULES, START, Finds.serial("ttyUSB0", "A1", 1), Finds.serial("ttyUSB1", "A2", 2));
        var gone = next(there, RULES, START.plusSeconds(1), Finds.serial("ttyUSB1", "A2", 2));
        var back = next(
                gone, RULES, START.plusSeconds(2), Finds.serial("ttyUSB1", "A2", 2), Finds.serial("ttyUSB2", "A1", 3));
        assertThat(serial(back).units()).hasSize(2).allMatch(Offered.Standing::isHealthy);
        assertThat(serial(back).offer().ids())
                .containsExactlyInAnyOrderElementsOf(serial(there).offer().ids());
        assertThat(Turn.between(there, gone)).singleElement().isInstanceOf(Turn.Lost.class);
        assertThat(Turn.between(gone, back))
                .singleElement()
                .isEqualTo(new Turn.Appeared(serial(back), unit(serial(back), "ttyUSB2"), true));
    }

    @Test
    void aReplacementBetweenTwoLooksIsNoticed() {
        var before = next(Map.of(), RULES, START, Finds.serial("ttyUSB0", "A1", 1));
        var after = next(before, RULES, START, Finds.serial("ttyUSB3", "A1", 4));
        assertThat(Turn.between(before, after))
                .singleElement()
                .isEqualTo(new Turn.Appeared(serial(after), unit(serial(after), "ttyUSB3"), true));
        assertThat(Turn.between(after, next(after, RULES, START, Finds.serial("ttyUSB3", "A1", 4))))
                .isEmpty();
    }

    @Test
    void whatNoRuleOffersAnyMoreIsTakenBackAtOnce() {
        var before = next(Map.of(), RULES, START, Finds.serial("ttyUSB0", "A1", 1));
        var other = Rules.parse("[{devicematch: ^x}]".getBytes(UTF_8));
        assertThat(next(before, other, START, Finds.serial("ttyUSB0", "A1", 1))).isEmpty();
    }

    @Test
    void aDeviceWithTroubleIsToldToBeUnhealthy() {
        var found = List.of(Finds.made("ttyUSB0", Kind.CHARACTER, "", ""));
        var offered = Offered.next(
                Map.of(),
                Catalog.of(RULES, found),
                Set.of("ttyUSB0"),
                (_, unit) -> unit.device().path() + " hangs",
                START,
                KEEP);
        assertThat(serial(offered).units())
                .singleElement()
                .satisfies(one -> assertThat(one.trouble()).isEqualTo("ttyUSB0 hangs"));
        assertThat(PluginAnswers.devices(serial(offered)).getDevices(0).getHealth())
                .isEqualTo("Unhealthy");
    }

    private static Unit unit(Offered offered, String path) {
        return offered.units().stream()
                .map(Offered.Standing::unit)
                .filter(unit -> unit.device().path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
