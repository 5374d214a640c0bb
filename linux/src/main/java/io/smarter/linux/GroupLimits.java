package io.smarter.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * What the processes of a control group may use together.
 *
 * @param cpuShares their part of the processors when those are short, 2 to 262144
 * @param cpuQuota microseconds of processor time in each 100 ms; 0 for no limit
 * @param memory in bytes; 0 for no limit
 * @param pids how many processes and threads; 0 for no limit
 * @param hugePages bytes by size of page, such as {@code 2MB}
 */
public record GroupLimits(long cpuShares, long cpuQuota, long memory, long pids, Map<String, Long> hugePages) {
    private static final long PERIOD = 100_000;

    public GroupLimits {
        hugePages = Map.copyOf(hugePages);
    }

    /** Files of version 1 and what they are to hold, by controller; others are left as they are. */
    Map<String, String> version1(String controller) {
        return switch (controller) {
            case "cpu" -> {
                var shares = Map.entry("cpu.shares", Long.toString(cpuShares));
                if (cpuQuota == 0) yield Map.ofEntries(shares);
                yield Map.ofEntries(
                        shares,
                        Map.entry("cpu.cfs_period_us", Long.toString(PERIOD)),
                        Map.entry("cpu.cfs_quota_us", Long.toString(cpuQuota)));
            }
            case "memory" -> memory == 0 ? Map.of() : Map.of("memory.limit_in_bytes", Long.toString(memory));
            case "pids" -> pids == 0 ? Map.of() : Map.of("pids.max", Long.toString(pids));
            case "hugetlb" -> hugePages("hugetlb.%s.limit_in_bytes");
            default -> Map.of();
        };
    }

    /** Files of version 2, by controller. */
    Map<String, String> version2(String controller) {
        return switch (controller) {
            case "cpu" -> {
                var weight = Map.entry("cpu.weight", Long.toString(weight()));
                yield cpuQuota == 0
                        ? Map.ofEntries(weight)
                        : Map.ofEntries(weight, Map.entry("cpu.max", cpuQuota + " " + PERIOD));
            }
            case "memory" -> memory == 0 ? Map.of() : Map.of("memory.max", Long.toString(memory));
            case "pids" -> pids == 0 ? Map.of() : Map.of("pids.max", Long.toString(pids));
            case "hugetlb" -> hugePages("hugetlb.%s.max");
            default -> Map.of();
        };
    }

    /** Shares from 2 to 262144 as weight from 1 to 10000, as runc converts them. */
    long weight() {
        return 1 + (cpuShares - 2) * 9999 / 262_142;
    }

    private Map<String, String> hugePages(String file) {
        var files = new HashMap<String, String>();
        hugePages.forEach((size, bytes) -> files.put(file.formatted(size), Long.toString(bytes)));
        return files;
    }
}
