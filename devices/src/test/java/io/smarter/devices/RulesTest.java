package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.google.re2j.Pattern;
import io.smarter.devices.Found.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    private static final Rule.Given NOTHING_MORE =
            new Rule.Given(null, "rw", List.of(), Map.of(), List.of(), List.of());

    static Rules parse(String yaml) {
        return Rules.parse(yaml.getBytes(UTF_8));
    }

    private static Rule rule(int line, Match match, int count) {
        return new Rule(
                line,
                null,
                match,
                count,
                List.of(),
                null,
                NOTHING_MORE,
                -1,
                new OnLost.Leave(),
                new Rule.Health(true, null));
    }

    private static Match path(String pattern) {
        return Match.path(Pattern.compile(pattern));
    }

    @Test
    void readsWhatTheOriginalReads() {
        var rules = parse("""
                - devicematch: ^ttyACM[0-9]+$   # a comment
                  nummaxdevices: 1
                - nummaxdevices: 4
                  devicematch: nvidia-gpu
                - devicematch: fuse
                """);

        assertThat(rules)
                .isEqualTo(new Rules(
                        List.of(rule(1, path("^ttyACM[0-9]+$"), 1), rule(3, Match.gpus(), 4), rule(5, path("fuse"), 0)),
                        List.of(),
                        true));
    }

    @Test
    void readsAllKeys() {
        var rules = parse("""
                - name: camera-{serial}
                  match:
                    path: ^video
                    link: by-id/usb-046d
                    subsystem: video4linux
                    driver: uvcvideo
                    usb: "046D:*:AB:C"
                    udev: {ID_MODEL: Webcam}
                    kind: character
                  count: 1
                  with:
                    - {subsystem: sound}
                    - {path: ^media}
                  exclusive: cameras
                  containerPath: /dev/cameras/{name}
                  permissions: mr
                  mounts:
                    - {hostPath: /opt/firmware, containerPath: /firmware, readOnly: true}
                    - {hostPath: /run/camera}
                  env: {CAMERA: "{path}", MODE: "1"}
                  deviceNodes:
                    - {path: /dev/dma_heap/system, permissions: r}
                    - {path: /dev/vchiq, containerPath: /dev/vc}
                  cdi: [vendor.com/class=name]
                  numaNode: 1
                  onLost: signal
                  signal: SIGUSR1
                  health: auto
                  healthPeriod: 30s
                """);

        assertThat(rules.problems()).isEmpty();
        assertThat(rules.rules())
                .containsExactly(new Rule(
                        1,
                        "camera-{serial}",
                        new Match(
                                Pattern.compile("^video"),
                                Pattern.compile("by-id/usb-046d"),
                                "video4linux",
                                "uvcvideo",
                                new Match.UsbMatch("046d", null, "AB:C"),
                                Map.of("ID_MODEL", Pattern.compile("Webcam")),
                                Kind.CHARACTER),
                        1,
                        List.of(new Match(null, null, "sound", null, null, Map.of(), null), path("^media")),
                        "cameras",
                        new Rule.Given(
                                "/dev/cameras/{name}",
                                "rm",
                                List.of(
                                        new Rule.Mount("/opt/firmware", "/firmware", true),
                                        new Rule.Mount("/run/camera", "/run/camera", false)),
                                Map.of("CAMERA", "{path}", "MODE", "1"),
                                List.of(
                                        new Rule.Node("/dev/dma_heap/system", "/dev/dma_heap/system", "r"),
                                        new Rule.Node("/dev/vchiq", "/dev/vc", "rw")),
                                List.of("vendor.com/class=name")),
                        1,
                        new OnLost.Send(OnLost.Signal.SIGUSR1),
                        new Rule.Health(true, Duration.ofSeconds(30))));
    }

    @Test
    void givesADeviceOnceUnlessToldOtherwise() {
        var rules = parse("- match: {path: ^fuse$}\n  onLost: signal\n");

        assertThat(rules.rules().getFirst().count()).isEqualTo(1);
        assertThat(rules.rules().getFirst().onLost()).isEqualTo(new OnLost.Send(OnLost.Signal.SIGHUP));
    }

    @Test
    void leavesOutAnItemThatIsWrongAlone() {
        var rules = parse("""
                - devicematch: ^a$
                - devicematch: "["
                - just text
                - devicematch: ^b$
                  nummaxdevices: many
                  colour: red
                - !tag x
                - devicematch: ^c$
                """);

        assertThat(rules.rules()).containsExactly(rule(1, path("^a$"), 0), rule(8, path("^c$"), 0));
        assertThat(rules.problems()).extracting(Problem::line).containsExactly(2, 3, 5, 6, 7);
        assertThat(rules.readable()).isTrue();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet(
                        "an unknown key",
                        "- match: {path: x}\n  perms: rw",
                        2,
                        "perms: unknown key; there are match, "),
                argumentSet(
                        "an unknown key within", "- match: {path: x, usbs: y}", 1, "match.usbs: unknown key; there"),
                argumentSet(
                        "a key that is there twice",
                        "- devicematch: x\n  devicematch: y",
                        2,
                        "devicematch: the key is there twice, first on line 1"),
                argumentSet(
                        "no pattern",
                        "- devicematch: 'a(b'",
                        1,
                        "devicematch: must be an RE2 pattern (missing closing )), was \"a(b\""),
                argumentSet(
                        "a pattern that RE2 does not have",
                        "- devicematch: a(?=b)",
                        1,
                        "devicematch: must be an RE2 pattern (invalid or unsupported Perl syntax), was \"a(?=b)\""),
                argumentSet(
                        "a pattern that becomes large",
                        "- devicematch: ((a{100}){100}){100}",
                        1,
                        "devicematch: must be an RE2 pattern (its repetitions are too large), was"),
                argumentSet(
                        "a pattern that is long",
                        "- devicematch: " + "a".repeat(513),
                        1,
                        "devicematch: must be an RE2 pattern (it is longer than 512 characters), was \"aaa"),
                argumentSet(
                        "a pattern that matches everything",
                        "- devicematch: ''",
                        1,
                        "devicematch: must be an RE2 pattern (it is empty and would match everything), was \"\""),
                argumentSet(
                        "neither of two",
                        "- nummaxdevices: 1",
                        1,
                        "a rule must have either devicematch or match, has none"),
                argumentSet(
                        "both of two",
                        "- devicematch: x\n  match: {path: x}",
                        1,
                        "a rule must have either devicematch or match, has both"),
                argumentSet("a match of nothing", "- match: {}", 1, "match: must have at least one of path, link, "),
                argumentSet("a match that is text", "- match: x", 1, "match: must be a mapping, was \"x\""),
                argumentSet(
                        "another name for count",
                        "- match: {path: x}\n  count: 1\n  nummaxdevices: 1",
                        1,
                        "count: must not be there together with nummaxdevices"),
                argumentSet(
                        "a count that is text",
                        "- devicematch: x\n  nummaxdevices: '5'",
                        2,
                        "nummaxdevices: must be a whole number from 0 to 10000, was \"5\""),
                argumentSet(
                        "a count below nothing",
                        "- devicematch: x\n  nummaxdevices: -1",
                        2,
                        "nummaxdevices: must be a whole number from 0 to 10000, was -1"),
                argumentSet(
                        "a count that is large",
                        "- match: {path: x}\n  count: 99999999999999999999",
                        2,
                        "count: must be a whole number from 0 to 10000, was 99999999999999999999"),
                argumentSet(
                        "a count that is a part",
                        "- match: {path: x}\n  count: 1.5",
                        2,
                        "count: must be a whole number from 0 to 10000, was 1.5"),
                argumentSet(
                        "a name that ends badly",
                        "- match: {path: x}\n  name: x_",
                        2,
                        "name: must be at most 63 letters"),
                argumentSet(
                        "an unknown placeholder",
                        "- match: {path: x}\n  name: 'x{nmae}'",
                        2,
                        "name: must be at most 63 letters"),
                argumentSet("half a USB id", "- match: {usb: '0403'}", 1, "match.usb: must be vendor:product or"),
                argumentSet("no USB id", "- match: {usb: '403:6001'}", 1, "match.usb: must be vendor:product or"),
                argumentSet(
                        "a kind that there is not",
                        "- match: {kind: socket}",
                        1,
                        "match.kind: must be one of character, block, folder, link, was \"socket\""),
                argumentSet(
                        "a property that is a number",
                        "- match: {udev: {ID_VENDOR_ID: 0403}}",
                        1,
                        "match.udev.ID_VENDOR_ID: must be text, in quotes, was 259"),
                argumentSet(
                        "a companion that is text",
                        "- match: {path: x}\n  with: [y]",
                        2,
                        "with[0]: must be a mapping, was \"y\""),
                argumentSet(
                        "permissions",
                        "- match: {path: x}\n  permissions: rwx",
                        2,
                        "permissions: must be some of r, w and m, each once, was \"rwx\""),
                argumentSet(
                        "a path that leads up",
                        "- match: {path: x}\n  containerPath: /dev/../etc/passwd",
                        2,
                        "containerPath: must be an absolute path of at most 1024 characters"),
                argumentSet(
                        "an unknown placeholder in a path",
                        "- match: {path: x}\n  containerPath: /dev/{serial}",
                        2,
                        "containerPath: must be an absolute path"),
                argumentSet(
                        "a mount without a path",
                        "- match: {path: x}\n  mounts:\n  - {readOnly: true}",
                        3,
                        "mounts[0].hostPath: must be there, as an absolute path"),
                argumentSet(
                        "a flag that is text",
                        "- match: {path: x}\n  mounts:\n  - {hostPath: /a, readOnly: 'true'}",
                        3,
                        "mounts[0].readOnly: must be true or false, was \"true\""),
                argumentSet(
                        "a device elsewhere",
                        "- match: {path: x}\n  deviceNodes: [{path: /etc/shadow}]",
                        2,
                        "deviceNodes[0].path: must be a path below /dev"),
                argumentSet(
                        "a variable's name",
                        "- match: {path: x}\n  env: {'A=B': c}",
                        2,
                        "env: its keys must be at most 128 letters, digits, '_', '-' and '.', no digit first, was \"A=B\""),
                argumentSet(
                        "a CDI name",
                        "- match: {path: x}\n  cdi: [gpu]",
                        2,
                        "cdi[0]: must be a fully qualified CDI name"),
                argumentSet(
                        "a NUMA node",
                        "- match: {path: x}\n  numaNode: -1",
                        2,
                        "numaNode: must be a whole number from 0 to 1023"),
                argumentSet(
                        "what happens",
                        "- match: {path: x}\n  onLost: explode",
                        2,
                        "onLost: must be one of leave, signal, restart, stop, was \"explode\""),
                argumentSet(
                        "a signal",
                        "- match: {path: x}\n  onLost: signal\n  signal: SIGKILL",
                        3,
                        "signal: must be one of SIGHUP, SIGINT,"),
                argumentSet(
                        "a signal for nothing",
                        "- match: {path: x}\n  signal: SIGHUP",
                        1,
                        "signal: must only be there with \"onLost: signal\""),
                argumentSet(
                        "a period",
                        "- match: {path: x}\n  healthPeriod: 25h",
                        2,
                        "healthPeriod: must be a duration from 1s to 24h, such as 30s, was \"25h\""),
                argumentSet(
                        "a period for nothing",
                        "- match: {path: x}\n  health: none\n  healthPeriod: 5m",
                        1,
                        "healthPeriod: must not be there with \"health: none\""),
                argumentSet(
                        "a key that is no word", "- devicematch: x\n  \"a\\nb\": 1", 2, "\"a\uFFFDb\": unknown key"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void saysWhatIsWrongAndWhere(String yaml, int line, String text) {
        var rules = parse(yaml);

        assertThat(rules.rules()).isEmpty();
        assertThat(rules.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.text()).startsWith(text);
        });
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                argumentSet("nothing", "", 1, "there is no YAML document"),
                argumentSet("a mapping", "\ndevicematch: x", 2, "not a list"),
                argumentSet("no YAML", "- devicematch: x\n- 'y", 2, "no YAML: "),
                argumentSet("long", "#".repeat(Rules.MAX_BYTES + 1), 1, "a file of more than 262144 bytes"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void hasOneProblemWithAFileThatIsNoList(String yaml, int line, String why) {
        var rules = parse(yaml);

        assertThat(rules.readable()).isFalse();
        assertThat(rules.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.text()).startsWith("the rules must be a YAML list: " + why);
        });
    }

    @Test
    void takesNoMoreThanItCanTry() {
        var rules = parse("- devicematch: x\n".repeat(501));

        assertThat(rules.rules()).hasSize(500);
        assertThat(rules.problems())
                .containsExactly(new Problem(501, "there must be at most 500 rules: the rest is left out"));
    }

    @Test
    void boundsWhatAllPatternsComeToTogether() {
        var rules = parse("- devicematch: (abcdefgh){999}\n".repeat(20));

        assertThat(rules.rules()).hasSizeBetween(5, 15);
        assertThat(rules.problems())
                .hasSize(20 - rules.rules().size())
                .allSatisfy(
                        problem -> assertThat(problem.text())
                                .startsWith(
                                        "devicematch: must be an RE2 pattern (the patterns of the file are too large together)"));
    }

    @Test
    void takesTheLineEndsAndTheMarkOfOtherSystems() {
        var rules = parse("\uFEFF- devicematch: ^a$\r\n  nummaxdevices: 2\r\n");

        assertThat(rules).isEqualTo(new Rules(List.of(rule(1, path("^a$"), 2)), List.of(), true));
    }

    @Test
    void tellsOfAHundredProblemsAtMost() {
        var rules = parse("- x\n".repeat(450));

        assertThat(rules.problems()).hasSize(100).last().isEqualTo(new Problem(450, "and 351 problems more"));
    }

    @Test
    void takesAnEmptyListForNoRules() {
        assertThat(parse("[]")).isEqualTo(new Rules(List.of(), List.of(), true));
    }

    @Test
    void readsTheRulesThatSmarterComesWith() throws Exception {
        var rules = Rules.parse(Files.readAllBytes(Path.of("src/main/resources/io/smarter/devices/rules.yaml")));

        assertThat(rules.problems()).isEmpty();
        assertThat(rules.rules()).hasSize(14);
    }
}
