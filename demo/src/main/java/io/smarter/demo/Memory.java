package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;

/** Where the memory is (/proc/meminfo). */
final class Memory implements Source {
    @Override
    public void read(Path root, Sink sink) throws IOException {
        var bytes = new HashMap<String, Double>();
        for (var line : ProcFile.words(root.resolve("proc/meminfo")))
            bytes.put(line.getFirst(), ProcFile.number(line, 1) * 1024);
        double total = bytes.getOrDefault("MemTotal", Double.NaN);
        double free = bytes.getOrDefault("MemFree", Double.NaN);
        double cached = bytes.getOrDefault("Buffers", 0.0)
                + bytes.getOrDefault("Cached", 0.0)
                + bytes.getOrDefault("SReclaimable", 0.0);
        sink.gauge("system.memory.limit", total, "By");
        sink.gauge("system.memory.usage/used", total - free - cached, "By");
        sink.gauge("system.memory.usage/free", free, "By");
        sink.gauge("system.memory.usage/cached", cached, "By");
        sink.gauge("system.linux.memory.available", bytes.getOrDefault("MemAvailable", Double.NaN), "By");
    }
}
