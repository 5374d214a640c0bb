package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;

/** What the interfaces of this network namespace, which is the pod's, have sent and received (/proc/net/dev). */
final class Network implements Source {
    private static final int HEADER_LINES = 2;
    private static final int RECEIVED = 1;
    private static final int SENT = 9;

    @Override
    public void read(Path root, Sink sink) throws IOException {
        var lines = ProcFile.words(root.resolve("proc/net/dev"));
        for (var line : lines.subList(Math.min(HEADER_LINES, lines.size()), lines.size())) {
            var name = line.getFirst();
            boolean used = ProcFile.number(line, RECEIVED) + ProcFile.number(line, SENT) > 0;
            if (name.equals("lo") || !used) continue;
            sink.counter(
                    "container.network.io/" + Source.attribute(name) + "/receive",
                    ProcFile.number(line, RECEIVED),
                    "By");
            sink.counter(
                    "container.network.io/" + Source.attribute(name) + "/transmit", ProcFile.number(line, SENT), "By");
        }
    }
}
