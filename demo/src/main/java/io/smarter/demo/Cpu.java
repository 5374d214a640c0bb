package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;

/** How busy all processors were since the last reading (/proc/stat), and the load averages (/proc/loadavg). */
final class Cpu implements Source {
    private static final int IDLE = 4;
    private static final int IOWAIT = 5;
    private static final int STEAL = 8;

    private double lastIdle = Double.NaN;
    private double lastTotal;

    @Override
    public void read(Path root, Sink sink) throws IOException {
        utilization(root, sink);
        var load = ProcFile.words(root.resolve("proc/loadavg")).getFirst();
        sink.gauge("system.cpu.load_average.1m", ProcFile.number(load, 0), "{thread}");
        sink.gauge("system.cpu.load_average.5m", ProcFile.number(load, 1), "{thread}");
        sink.gauge("system.cpu.load_average.15m", ProcFile.number(load, 2), "{thread}");
    }

    private void utilization(Path root, Sink sink) throws IOException {
        var all = ProcFile.words(root.resolve("proc/stat")).getFirst();
        double total = 0;
        for (int i = 1; i <= STEAL && i < all.size(); i++) total += ProcFile.number(all, i);
        double idle = ProcFile.number(all, IDLE) + ProcFile.number(all, IOWAIT);
        if (!Double.isNaN(lastIdle) && total > lastTotal)
            sink.gauge("system.cpu.utilization", 1 - Math.max(0, idle - lastIdle) / (total - lastTotal), "1");
        lastIdle = idle;
        lastTotal = total;
    }
}
