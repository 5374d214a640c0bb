package io.smarter.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel counted of a TCP connection of this machine: payload (TLS is a part of it) and segments, since it was made.
 *
 * @param local the own end, which tells a connection from the next
 */
record Connection(String local, long sent, long received, long segments) {
    /** An IPv4 and a TCP header with timestamps: what each segment takes beside its payload. */
    private static final int HEADERS = 20 + 32;

    private static final Pattern COUNTERS = Pattern.compile("\\b(bytes_sent|bytes_received|segs_out|segs_in):(\\d+)");

    /**
     * The one connection of a process to a port of this machine, as {@code ss} of iproute2 tells.
     *
     * @throws IOException if there is none, or more than one
     */
    static Connection of(long pid, int port) throws IOException, InterruptedException {
        var process = new ProcessBuilder("ss", "-tinHOp", "state", "established", "dport", "=", ":" + port)
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException("ss: " + output.strip());
        return in(output, pid, port);
    }

    static Connection in(String output, long pid, int port) throws IOException {
        var found = new ArrayList<Connection>();
        for (var line : output.lines().toList()) if (line.contains(",pid=%d,".formatted(pid))) found.add(parsed(line));
        if (found.size() != 1)
            throw new IOException(
                    "process %d: one connection to port %d expected, found %d".formatted(pid, port, found.size()));
        return found.getFirst();
    }

    private static Connection parsed(String line) {
        long sent = 0;
        long received = 0;
        long segments = 0;
        for (Matcher counter = COUNTERS.matcher(line); counter.find(); ) {
            long value = Long.parseLong(counter.group(2));
            switch (counter.group(1)) {
                case "bytes_sent" -> sent += value;
                case "bytes_received" -> received += value;
                default -> segments += value;
            }
        }
        return new Connection(List.of(line.strip().split(" +")).get(2), sent, received, segments);
    }

    /** What went over it since an earlier look, on the wire below Ethernet. */
    long bytesSince(Connection before) throws IOException {
        if (!local.equals(before.local))
            throw new IOException("the connection was made anew: was %s, is %s".formatted(before.local, local));
        return sent - before.sent + received - before.received + HEADERS * (segments - before.segments);
    }
}
