package io.smarter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What went over one network interface, proc_net(5). */
public record NetworkLink(String name, long rxBytes, long rxErrors, long txBytes, long txErrors) {
    private static final int COLUMNS = 16;

    /** The interfaces that a process sees, but for its loopback; none if there is no such process. */
    public static List<NetworkLink> of(Path process) {
        var links = new ArrayList<NetworkLink>();
        try {
            for (var line : Files.readAllLines(process.resolve("net/dev"), StandardCharsets.US_ASCII)) {
                int colon = line.indexOf(':');
                if (colon < 0) continue;
                var name = line.substring(0, colon).strip();
                var numbers = line.substring(colon + 1).strip().split("\\s+", -1);
                if (numbers.length < COLUMNS || name.equals("lo")) continue;
                links.add(new NetworkLink(name, of(numbers, 0), of(numbers, 2), of(numbers, 8), of(numbers, 10)));
            }
        } catch (IOException _) {
            return List.of();
        }
        return links;
    }

    private static long of(String[] numbers, int at) {
        return Long.parseLong(numbers[at]);
    }
}
