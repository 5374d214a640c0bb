package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The share of the last 10 s in which something waited for a resource (/proc/pressure). */
final class Pressure implements Source {
    @Override
    public void read(Path root, Sink sink) throws IOException {
        for (var resource : new String[] {"cpu", "memory", "io"}) {
            var file = root.resolve("proc/pressure").resolve(resource);
            if (Files.exists(file)) read(file, resource, sink);
        }
    }

    private static void read(Path file, String resource, Sink sink) throws IOException {
        for (var line : ProcFile.words(file)) {
            var kind = line.getFirst();
            if (line.size() < 2 || !line.get(1).startsWith("avg10=")) continue;
            double percent = Double.parseDouble(line.get(1).substring("avg10=".length()));
            sink.gauge("system.linux.pressure/" + resource + "/" + Source.attribute(kind), percent / 100, "1");
        }
    }
}
