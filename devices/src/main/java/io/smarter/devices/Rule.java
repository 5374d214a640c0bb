package io.smarter.devices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One item of the rules: which devices are given to pods, under which name, to how many, and how.
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
     * What a container gets. {@code {name}} stands for the last name of the device's file everywhere; in {@code env},
     * {@code {path}}, {@code {serial}} and {@code {port}} stand for its path in the container, the USB serial number and port.
     *
     * @param containerPath null for the path on the host
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
