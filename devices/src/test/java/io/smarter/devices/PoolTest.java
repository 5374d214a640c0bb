package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PoolTest {
    static Map<String, Offered> offered(String rules, Found... found) {
        return offered(Map.of(), rules, found);
    }

    static Map<String, Offered> offered(Map<String, Offered> before, String rules, Found... found) {
        var list = Arrays.asList(found);
        var paths = list.stream().map(Found::path).collect(Collectors.toSet());
        var read = Rules.parse(rules.getBytes(UTF_8));
        assertThat(read.problems()).isEmpty();
        return Offered.next(before, Catalog.of(read, list), paths, (_, _) -> "", Instant.EPOCH, Duration.ofMinutes(1));
    }

    static Pool pool(String rules, Found... found) {
        return Pool.of(offered(rules, found).values());
    }

    static Stream<Arguments> names() {
        return Stream.of(
                argumentSet("a label stays", "net-tun", "net-tun"),
                argumentSet("capitals have a digest", "ttyUSB0", "ttyusb0-[0-9a-f]{16}"),
                argumentSet(
                        "so have colons", "0403:6001:A10K5X:1.0:ttyUSB", "0403-6001-a10k5x-1-0-ttyusb-[0-9a-f]{16}"),
                argumentSet("and what leaves no room for a number", "x".repeat(60), "x{42}-[0-9a-f]{16}"),
                argumentSet("or ends in a dash", "a-", "a-[0-9a-f]{16}"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAreLabels(String identity, String name) {
        assertThat(Pool.name(identity)).matches(name).hasSizeLessThanOrEqualTo(59);
    }

    @Test
    void identitiesThatDifferInCaseAloneHaveTwoNames() {
        assertThat(Pool.name("ttyUSB")).isNotEqualTo(Pool.name("ttyUsb"));
    }

    @Test
    void everyShareIsADevice() {
        var pool = pool("[{match: {path: ^fuse$}, count: 3}]", Finds.plain("fuse"));
        assertThat(pool.shares().keySet()).containsExactly("fuse-0", "fuse-1", "fuse-2");
    }

    @Test
    void aDeviceThatThousandsMayHaveIsToldOfAHundredTimes() {
        assertThat(pool("[{match: {path: ^fuse$}, count: 1000}]", Finds.plain("fuse"))
                        .shares())
                .hasSize(128);
    }

    @Test
    void whatNobodyMayHaveIsNotThere() {
        assertThat(pool("[{devicematch: ^fuse$}]", Finds.plain("fuse")).shares())
                .isEmpty();
    }

    @Test
    void whatIsGoneIsKnownAndNotFree() {
        var rules = "[{name: serial, match: {path: ^ttyUSB}}]";
        var there = offered(rules, Finds.serial("ttyUSB0", "A1", 1));
        var name = Pool.of(there.values()).shares().firstKey();
        var gone = Pool.of(offered(there, rules).values());
        assertThat(gone.free()).isEmpty();
        assertThat(Objects.requireNonNull(gone.get(name)).trouble()).isEqualTo("ttyUSB0 is not there");
    }

    @Test
    void whatComesBackUnderAnotherNumberHasItsName() {
        var rules = "[{name: serial, match: {path: ^ttyUSB}}]";
        var there = offered(rules, Finds.serial("ttyUSB0", "A1", 1));
        var back =
                Pool.of(offered(there, rules, Finds.serial("ttyUSB7", "A1", 2)).values());
        assertThat(back.shares().keySet())
                .isEqualTo(Pool.of(there.values()).shares().keySet());
        assertThat(back.free().stream().map(share -> share.unit().device().path()))
                .isEqualTo(List.of("ttyUSB7"));
    }
}
