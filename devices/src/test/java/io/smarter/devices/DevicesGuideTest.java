package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/devices.md do what is said there. */
class DevicesGuideTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void examplesOfferWhatTheySay() throws Exception {
        var yaml = new StringBuilder();
        var examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/devices.md")));
        while (examples.find()) yaml.append(examples.group(1));
        var found = new ArrayList<>(Finds.raspberryPi());
        found.addAll(Finds.camera(1, 0, 1, "A"));
        found.add(Found.gpu(0));

        var rules = RulesTest.parse(yaml.toString());
        var devices = new LinkedHashMap<String, Integer>();
        var catalog = Catalog.of(rules, found);
        for (var offer : catalog.offers()) devices.put(offer.name(), offer.ids().size());

        assertThat(rules.problems()).isEmpty();
        assertThat(rules.rules()).hasSize(9);
        assertThat(devices)
                .containsExactly(
                        entry("smarter-devices/snd", 20),
                        entry("smarter-devices/nvidia-gpu0", 4),
                        entry("smarter-devices/modem", 1),
                        entry("smarter-devices/camera", 1),
                        entry("smarter-devices/gpio", 20),
                        entry("smarter-devices/fuse", 1000));
        var modem = catalog.offers().get(2);
        assertThat(Grant.of(modem, modem.ids()).nodes())
                .containsExactly(new Rule.Node("/dev/ttyUSB0", "/dev/modem", "rw"));
        assertThat(catalog.offers().get(3).units().getFirst().with())
                .extracting(Found::path)
                .containsExactly("media1", "snd/controlC1", "snd/pcmC1D0c", "video1");
    }
}
