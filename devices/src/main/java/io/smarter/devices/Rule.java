package io.smarter.devices;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One item of the rules: which devices are given to pods, under which name, to how many, and how. In a file it is a mapping with
 * these keys, of which only the first must be there:
 *
 * <ul>
 *   <li>{@code match}: a mapping with the conditions of {@link Match}, {@code usb} as vendor:product:serial; or {@code devicematch}:
 *       a pattern in the path, or the word {@code nvidia-gpu} for GPUs
 *   <li>{@code name}, {@code with} (a list of what {@code match} is), {@code exclusive}, {@code numaNode}
 *   <li>{@code count} or {@code nummaxdevices}: 0 to 10,000; by default 1 with {@code match}, 0 with {@code devicematch}
 *   <li>{@code containerPath}, {@code permissions}, {@code env}, {@code cdi}, {@code mounts} ({@code hostPath},
 *       {@code containerPath}, {@code readOnly}), {@code deviceNodes} ({@code path}, {@code containerPath}, {@code permissions})
 *   <li>{@code onLost}: leave, signal, restart or stop; {@code signal}: by default SIGHUP
 *   <li>{@code health}: auto or none; {@code healthPeriod}: such as 30s
 * </ul>
 *
 * @param line where it begins in the file
 * @param name of the resource, below {@code smarter-devices/}; may contain {@code {name}}, {@code {serial}} and {@code {port}}.
 *     All devices of the rule that come to one name are one resource. Null: made from the path of each device
 * @param count how many containers may hold one device at once; with 0 it is advertised and never given
 * @param with files of the same physical device that are handed over together with one that matches
 * @param exclusive the group of resources of which one container at a time holds any; null when in none
 * @param numaNode the memory that the devices are near to; -1 for what the kernel says
 */
record Rule(
        int line,
        @Nullable String name,
        Match match,
        int count,
        List<Match> with,
        @Nullable String exclusive,
        Given given,
        int numaNode,
        OnLost onLost,
        Health health) {

    /**
     * What a container gets.
     *
     * @param containerPath null for the path on the host; {@code {name}} stands for the last name of the device's file
     * @param env where {@code {path}}, {@code {name}}, {@code {serial}} and {@code {port}} stand for its path in the container, the
     *     last name of its file, its USB serial number and port
     * @param permissions some of {@code rwm}, in this order
     * @param cdi fully qualified names, such as {@code vendor.com/class=name}
     */
    record Given(
            @Nullable String containerPath,
            String permissions,
            List<Mount> mounts,
            Map<String, String> env,
            List<Node> deviceNodes,
            List<String> cdi) {
        Given {
            mounts = List.copyOf(mounts);
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
            deviceNodes = List.copyOf(deviceNodes);
            cdi = List.copyOf(cdi);
        }
    }

    /** A file or folder of the host that the container sees. */
    record Mount(String hostPath, String containerPath, boolean readOnly) {}

    /**
     * A device file that the container sees.
     *
     * @param permissions some of {@code rwm}, in this order
     */
    record Node(String hostPath, String containerPath, String permissions) {}

    /**
     * Whether it is looked at if a device works.
     *
     * @param period how often besides when something happens to it; null for never
     */
    record Health(boolean checked, @Nullable Duration period) {}

    Rule {
        with = List.copyOf(with);
    }
}
