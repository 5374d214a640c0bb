package io.smarter.gateway;

import io.smarter.api.Quantity;
import io.smarter.resources.ImageGarbage;
import io.smarter.resources.Pressure;
import java.util.List;
import java.util.Map;

/**
 * What of the node pods may use, and what is done when it runs short.
 *
 * @param reserved what is kept for the system and this agent, by resource
 * @param podPids how many processes a pod may have; 0 for no limit
 * @param unsafeSysctls what of the kernel's parameters pods may set beside the safe ones; {@code prefix*} for several
 */
public record NodeLimits(
        Map<String, Quantity> reserved,
        Pressure.Settings pressure,
        ImageGarbage.Settings images,
        long podPids,
        List<String> unsafeSysctls) {
    /** As the kubelet's. */
    public static final NodeLimits USUAL =
            new NodeLimits(Map.of(), Pressure.Settings.USUAL, ImageGarbage.Settings.USUAL, 0, List.of());

    public NodeLimits {
        reserved = Map.copyOf(reserved);
        reserved.forEach((resource, amount) -> {
            if (amount.signum() < 0)
                throw new IllegalArgumentException(
                        "reserved %s: must be 0 or more, was %s".formatted(resource, amount));
        });
        if (podPids < 0) throw new IllegalArgumentException("pod pids limit: must be 0 or more, was " + podPids);
        unsafeSysctls = new Sysctls(unsafeSysctls).allowed();
    }

    Sysctls sysctls() {
        return new Sysctls(unsafeSysctls);
    }

    /** How shortage is dealt with: of what pods may have of the memory, they leave as much as the node must have. */
    Pressure.Settings shortage() {
        return reserved.containsKey("memory") ? pressure.withAllocatable() : pressure;
    }

    /** What is left of a capacity beside what is reserved; not what eviction keeps free. */
    long unreserved(String resource, long capacity) {
        var kept = reserved.get(resource);
        return kept == null ? capacity : Math.max(0, capacity - kept.value());
    }

    /** The processors that are left beside what is reserved, in thousandths. */
    long unreservedCores(int cores) {
        var kept = reserved.get("cpu");
        return Math.max(0, 1000L * cores - (kept == null ? 0 : kept.milliValue()));
    }
}
