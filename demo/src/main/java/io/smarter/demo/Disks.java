package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What whole disks have read and written (/proc/diskstats); those never used and mere partitions are left out. */
final class Disks implements Source {
    private static final int NAME = 2;
    private static final int READS = 3;
    private static final int READ_SECTORS = 5;
    private static final int WRITES = 7;
    private static final int WRITTEN_SECTORS = 9;
    /** The unit of /proc/diskstats, whatever the device's own. */
    private static final int SECTOR = 512;

    @Override
    public void read(Path root, Sink sink) throws IOException {
        for (var line : ProcFile.words(root.resolve("proc/diskstats"))) {
            if (line.size() <= WRITTEN_SECTORS) continue;
            boolean used = ProcFile.number(line, READS) + ProcFile.number(line, WRITES) > 0;
            if (used && Files.isDirectory(root.resolve("sys/block").resolve(line.get(NAME)))) tell(line, sink);
        }
    }

    private static void tell(List<String> line, Sink sink) {
        var disk = Source.attribute(line.get(NAME));
        sink.counter("system.disk.io/" + disk + "/read", ProcFile.number(line, READ_SECTORS) * SECTOR, "By");
        sink.counter("system.disk.io/" + disk + "/write", ProcFile.number(line, WRITTEN_SECTORS) * SECTOR, "By");
        sink.counter("system.disk.operations/" + disk + "/read", ProcFile.number(line, READS), "{operation}");
        sink.counter("system.disk.operations/" + disk + "/write", ProcFile.number(line, WRITES), "{operation}");
    }
}
