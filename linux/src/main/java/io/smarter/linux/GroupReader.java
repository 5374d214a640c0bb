package io.smarter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what control groups use, in whatever hierarchy has the file: cpuacct, memory and pids of version 1, or version 2.
 * On a machine with both, the controllers are in version 1, whose files are looked for first.
 */
final class GroupReader {
    /** Limits of version 1 from here on mean that there is none. */
    private static final long UNLIMITED = 1L << 60;

    private final List<Path> hierarchies;
    private final String group;

    GroupReader(List<Path> hierarchies, String group) {
        this.hierarchies = hierarchies;
        this.group = group;
    }

    /** What the group uses; null if there is no such group. */
    @Nullable
    GroupUsage read() {
        if (hierarchies.stream().noneMatch(hierarchy -> Files.isDirectory(hierarchy.resolve(group)))) return null;
        var acct = text("cpuacct.usage");
        var cpu = acct == null ? version2Cpu() : version1Cpu(number(acct));
        var old = text("memory.usage_in_bytes");
        var memory = old == null ? version2Memory() : version1Memory(number(old));
        var tasks = text("pids.current");
        return new GroupUsage(
                cpu[0],
                cpu[1],
                cpu[2],
                cpu[3],
                cpu[4],
                cpu[5],
                memory[0],
                memory[1],
                memory[2],
                memory[3],
                memory[4],
                memory[5],
                memory[6],
                tasks == null ? 0 : number(tasks));
    }

    private long[] version1Cpu(long total) {
        var quota = table(text("cpu.stat"));
        var user = text("cpuacct.usage_user");
        var system = text("cpuacct.usage_sys");
        return new long[] {
            total,
            user == null ? 0 : number(user),
            system == null ? 0 : number(system),
            quota.getOrDefault("nr_periods", 0L),
            quota.getOrDefault("nr_throttled", 0L),
            quota.getOrDefault("throttled_time", 0L)
        };
    }

    private long[] version2Cpu() {
        var stat = table(text("cpu.stat"));
        return new long[] {
            1000 * stat.getOrDefault("usage_usec", 0L),
            1000 * stat.getOrDefault("user_usec", 0L),
            1000 * stat.getOrDefault("system_usec", 0L),
            stat.getOrDefault("nr_periods", 0L),
            stat.getOrDefault("nr_throttled", 0L),
            1000 * stat.getOrDefault("throttled_usec", 0L)
        };
    }

    private long[] version1Memory(long usage) {
        var stat = table(text("memory.stat"));
        return memory(usage, stat, "total_", text("memory.limit_in_bytes"), "rss", "cache");
    }

    private long[] version2Memory() {
        var usage = text("memory.current");
        return memory(
                usage == null ? 0 : number(usage), table(text("memory.stat")), "", text("memory.max"), "anon", "file");
    }

    private static long[] memory(
            long usage, Map<String, Long> stat, String prefix, @Nullable String limit, String rss, String cache) {
        long most = limit == null ? 0 : number(limit);
        return new long[] {
            usage,
            stat.getOrDefault(prefix + "inactive_file", 0L),
            stat.getOrDefault(prefix + rss, 0L),
            stat.getOrDefault(prefix + cache, 0L),
            most >= UNLIMITED ? 0 : most,
            stat.getOrDefault(prefix + "pgfault", 0L),
            stat.getOrDefault(prefix + "pgmajfault", 0L)
        };
    }

    /** A file of the group; null where no hierarchy has it. */
    private @Nullable String text(String name) {
        for (var hierarchy : hierarchies) {
            try {
                return Files.readString(hierarchy.resolve(group).resolve(name), StandardCharsets.US_ASCII);
            } catch (IOException _) {
                // Another controller's, or the group has gone.
            }
        }
        return null;
    }

    /** A number, or 0 for {@code max}. */
    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    static Map<String, Long> table(@Nullable String text) {
        var table = new HashMap<String, Long>();
        if (text == null) return table;
        for (var line : text.split("\n", -1)) {
            int blank = line.indexOf(' ');
            if (blank > 0) table.put(line.substring(0, blank), number(line.substring(blank + 1)));
        }
        return table;
    }
}
