package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Samples all sources of this machine. */
final class Sensor {
    private final Path root;
    private final String node;
    private final List<Source> sources =
            List.of(new Cpu(), new Memory(), new Pressure(), new Thermal(), new Disks(), new Network());

    Sensor(Path root, String node) {
        this.root = root;
        this.node = node;
    }

    /** One reading of everything there is. */
    List<Reading> sample(Instant now) {
        var readings = new ArrayList<Reading>();
        var sink = new Source.Sink() {
            @Override
            public void gauge(String name, double value, String unit) {
                add(name, value, unit, false);
            }

            @Override
            public void counter(String name, double value, String unit) {
                add(name, value, unit, true);
            }

            private void add(String name, double value, String unit, boolean counter) {
                if (Double.isFinite(value)) readings.add(new Reading(node, name, value, unit, now, counter));
            }
        };
        for (var source : sources) {
            try {
                source.read(root, sink);
            } catch (IOException | RuntimeException e) {
                // this machine lacks it, or has it in a form that we do not know: left out
            }
        }
        return readings;
    }
}
