package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Names;
import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever is in the file and below /dev: what is offered can be given, under names that are names. */
class RulesFuzzTest {
    private static final int RUNS = 10_000;
    private static final String CDI_DEVICE = "[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?";
    private static final String CDI_KIND = "smarter\\.io/[A-Za-z]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
    private static final List<String> PARTS = List.of(
            "tty",
            "USB",
            "ACM",
            "video",
            "snd",
            "by-id",
            "serial",
            "0",
            "1",
            "10",
            "_",
            "-",
            ".",
            "..",
            ":",
            " ",
            "é",
            "a".repeat(70),
            "\u0000",
            "\n",
            "{name}",
            "nvidia-gpu",
            "\uD83D\uDD0C",
            "%s",
            "$1",
            "\\");
    private static final List<String> TOKENS = List.of(
            "- ",
            "\n",
            "  ",
            ":",
            "{",
            "}",
            "[",
            "]",
            "*",
            "&a ",
            "*a",
            "<<: ",
            "!!int ",
            "|",
            ">",
            "'",
            "\"",
            "#",
            "~",
            "---\n",
            "devicematch: ",
            "match: ",
            "name: ",
            "count: ",
            "with: ",
            "nummaxdevices: ",
            "usb: ",
            ".*",
            "(",
            "{1000}",
            "99999999999",
            "-1",
            "{serial}",
            "{name}",
            "\t",
            "\uFEFF",
            "é",
            "nvidia-gpu",
            "kind: link",
            "..");

    private static List<byte[]> goodFiles() throws IOException {
        var files = new ArrayList<byte[]>();
        files.add(Files.readAllBytes(Path.of("src/main/resources/io/smarter/devices/rules.yaml")));
        for (var text : List.of(
                "- devicematch: .\n  nummaxdevices: 3\n",
                "- name: pool\n  match: {path: tty, kind: character}\n  count: 4\n- devicematch: s\n  nummaxdevices: 2\n",
                "- name: 'x-{serial}-{port}-{name}'\n  match: {usb: '*:*'}\n  with: [{path: .}]\n  env: {A: '{path}'}\n",
                "- match: {kind: folder}\n  containerPath: '/dev/{name}'\n- match: {kind: link}\n- match: {kind: block}\n",
                "- match: {path: '^(tty|video)', udev: {A: b}}\n  onLost: signal\n  signal: SIGHUP\n  healthPeriod: 30s\n",
                "- devicematch: .\n  nummaxdevices: 700\n  mounts: [{hostPath: /a}]\n  deviceNodes: [{path: /dev/a}]\n"))
            files.add(text.getBytes(UTF_8));
        return files;
    }

    private static byte[] mutated(byte[] good, Random random) {
        var bytes = good;
        for (int n = random.nextInt(6); n > 0; n--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(20));
            bytes = switch (random.nextInt(5)) {
                case 0 ->
                    spliced(
                            bytes,
                            at,
                            at,
                            TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8));
                case 1 -> spliced(bytes, at, to, new byte[0]);
                case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 3 -> spliced(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt(256)});
                default ->
                    spliced(
                            bytes,
                            at,
                            to,
                            TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8));
            };
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] inserted) {
        var result = Arrays.copyOf(bytes, from + inserted.length + bytes.length - to);
        System.arraycopy(inserted, 0, result, from, inserted.length);
        System.arraycopy(bytes, to, result, from + inserted.length, bytes.length - to);
        return result;
    }

    private static byte[] noise(Random random) {
        var bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(Random random, int most) {
        var text = new StringBuilder();
        for (int n = random.nextInt(most + 1); n > 0; n--) text.append(PARTS.get(random.nextInt(PARTS.size())));
        return text.toString();
    }

    private static Found found(Random random) {
        var path = text(random, 4) + (random.nextBoolean() ? "/" + text(random, 3) : "");
        var kind = List.of(Kind.CHARACTER, Kind.CHARACTER, Kind.BLOCK, Kind.FOLDER, Kind.LINK)
                .get(random.nextInt(5));
        var usb = new Usb("0403", "6001", text(random, 2), "1-" + random.nextInt(4));
        var links = new HashSet<String>();
        for (int n = random.nextInt(3); n > 0; n--) links.add(text(random, 2) + "/by-id/" + text(random, 3));
        if (random.nextInt(4) == 0) links.add(path);
        return new Found(
                path,
                kind,
                random.nextBoolean() ? new DeviceNumber(random.nextInt(300), random.nextInt(300)) : null,
                random.nextBoolean()
                        ? "devices/pci/x/" + usb.port() + "/" + usb.port() + ":1.0/tty/" + path
                        : text(random, 3),
                random.nextBoolean() ? "tty" : text(random, 1),
                List.of("ftdi_sio"),
                random.nextBoolean() ? usb : null,
                links,
                Map.of("A", "b"),
                random.nextInt(4) - 1);
    }

    private static List<Found> listing(Random random) {
        var found = new ArrayList<Found>();
        for (int n = random.nextInt(25); n > 0; n--) found.add(found(random));
        if (random.nextInt(3) == 0) found.addAll(Finds.camera(1, random.nextInt(3), 0, text(random, 1)));
        if (random.nextInt(3) == 0) found.add(Found.gpu(random.nextInt(3)));
        if (random.nextInt(10) == 0) found.addAll(Finds.raspberryPi());
        return found;
    }

    @Test
    void neverOffersWhatCannotBeGiven() throws IOException {
        var files = goodFiles();
        int offers = 0;
        int refused = 0;
        int withProblems = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            var random = new Random(seed);
            var file =
                    random.nextInt(20) == 0 ? noise(random) : mutated(files.get(random.nextInt(files.size())), random);
            var found = listing(random);
            try {
                var rules = Rules.parse(file);
                var catalog = Catalog.of(rules, found);
                check(rules, catalog, found);
                offers += catalog.offers().size();
                refused += catalog.left().size();
                if (!rules.problems().isEmpty()) withProblems++;
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + new String(file, UTF_8) + "\n" + found, e);
            }
        }
        assertThat(offers).isGreaterThan(RUNS / 2);
        assertThat(refused).isGreaterThan(RUNS / 10);
        assertThat(withProblems).isBetween(RUNS / 10, RUNS * 9 / 10);
    }

    private static void check(Rules rules, Catalog catalog, List<Found> found) {
        if (!rules.readable()) assertThat(rules.problems()).hasSize(1);
        for (var problem : rules.problems()) {
            assertThat(problem.line()).isPositive();
            assertThat(problem.text()).isNotBlank().hasSizeLessThan(1500);
        }
        var paths = found.stream().map(Found::path).collect(Collectors.toSet());
        var names = new HashSet<String>();
        var used = new HashSet<String>();
        var identities = new HashSet<String>();
        for (var offer : catalog.offers()) {
            assertThat(Names.qualified(offer.name())).isEmpty();
            assertThat(offer.name()).startsWith(Offer.PREFIX);
            assertThat(names.add(offer.name())).isTrue();
            assertThat(offer.units()).isNotEmpty();
            for (var unit : offer.units()) {
                assertThat(identities.add(unit.identity())).isTrue();
                assertThat(unit.identity()).matches(CDI_DEVICE).hasSizeLessThanOrEqualTo(63);
                assertThat(used.add(unit.device().path())).isTrue();
                for (var other : unit.with()) assertThat(used.add(other.path())).isTrue();
                unit.files().values().forEach(file -> assertThat(found).contains(file));
            }
            var ids = offer.ids();
            assertThat(ids).hasSizeLessThanOrEqualTo(10_000);
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
            checkGrants(offer, ids);
        }
        assertThat(paths).containsAll(used);
        for (var left : catalog.left()) {
            assertThat(used).doesNotContain(left.path());
            assertThat(left.why()).isNotBlank();
        }
    }

    private static void checkGrants(Offer offer, List<String> ids) {
        var some = ids.size() < 100 ? ids : List.of(ids.getFirst(), ids.get(ids.size() / 2), ids.getLast());
        var nodes = Grant.of(offer, some).nodes();
        assertThat(nodes.stream().map(Rule.Node::containerPath).collect(Collectors.toSet()))
                .hasSameSizeAs(nodes);
        for (var node : nodes)
            for (var path : List.of(node.hostPath(), node.containerPath()))
                assertThat(path).startsWith("/").matches(Check::isPath);
        var gpu = offer.units().getFirst().device().kind() == Kind.GPU;
        if (!some.isEmpty() && !gpu) assertThat(nodes).isNotEmpty();
        CdiSpec.of(offer).ifPresent(spec -> {
            assertThat(spec.kind()).matches(CDI_KIND);
            var devices = spec.document().items("devices");
            assertThat(devices)
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(offer.units().size());
            var identities = offer.units().stream().map(Unit::identity).collect(Collectors.toSet());
            for (var device : devices) assertThat(identities).contains(device.textOrEmpty("name"));
        });
    }

    @Test
    void givesEveryUnitAnIdentityThatDoesNotDependOnOrder() {
        for (int seed = 0; seed < 500; seed++) {
            var found = listing(new Random(seed));
            var rules = RulesTest.parse("- devicematch: .\n  nummaxdevices: 1\n");
            var distinct = Set.copyOf(found.stream().map(Found::path).toList()).size() == found.size();
            if (distinct) assertThat(Catalog.of(rules, found.reversed())).isEqualTo(Catalog.of(rules, found));
        }
    }
}
