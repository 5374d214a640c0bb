package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The temperature of each zone (/sys/class/thermal). */
final class Thermal implements Source {
    @Override
    public void read(Path root, Sink sink) throws IOException {
        var folder = root.resolve("sys/class/thermal");
        if (!Files.isDirectory(folder)) return;
        try (var zones = Files.newDirectoryStream(folder, "thermal_zone*")) {
            for (var zone : zones) tell(zone, sink);
        }
    }

    /** A zone whose sensor is asleep answers with an error; the others still count. */
    private static void tell(Path zone, Sink sink) {
        try {
            double milli =
                    ProcFile.number(List.of(ProcFile.text(zone.resolve("temp")).strip()), 0);
            var type = ProcFile.text(zone.resolve("type")).strip();
            sink.gauge("hw.temperature/" + zone.getFileName() + "." + Source.attribute(type), milli / 1000, "Cel");
        } catch (IOException e) {
            // left out
        }
    }
}
