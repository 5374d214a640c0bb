package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.api.Pod.QosClass;
import io.smarter.api.PodTotals;
import io.smarter.linux.GroupLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The limits of the control groups above containers', as the kubelet computes them: pure functions. */
public final class PodLimits {
    private static final long PERIOD = 100_000;
    private static final long LEAST_QUOTA = 1000;
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;

    private PodLimits() {}

    /**
     * Those of a pod.
     *
     * @param pids how many processes it may have; 0 for no limit
     */
    public static GroupLimits of(Pod pod, long pids) {
        if (pod.qosClass() == QosClass.BEST_EFFORT) return new GroupLimits(LEAST_SHARES, 0, 0, pids, hugePages(pod));
        var cpu = PodSums.limits(pod, "cpu");
        var memory = PodSums.limits(pod, "memory");
        return new GroupLimits(
                shares(PodSums.requests(pod, "cpu").milliValue()),
                cpu == null ? 0 : Math.max(LEAST_QUOTA, cpu.milliValue() * PERIOD / 1000),
                memory == null ? 0 : memory.value(),
                pids,
                hugePages(pod));
    }

    /** Those of all pods of a class together. */
    public static GroupLimits of(QosClass quality, List<Pod> pods) {
        long milli = 0;
        if (quality == QosClass.BURSTABLE)
            for (var pod : pods)
                if (pod.qosClass() == quality)
                    milli += PodSums.requests(pod, "cpu").milliValue();
        return new GroupLimits(shares(milli), 0, 0, 0, Map.of());
    }

    /**
     * Those of all pods together.
     *
     * @param milliCores what of the processors is theirs
     * @param memory what of the memory is theirs, in bytes
     */
    public static GroupLimits ofAll(long milliCores, long memory) {
        return new GroupLimits(shares(milliCores), 0, memory, 0, Map.of());
    }

    private static long shares(long milli) {
        return Math.clamp(milli * 1024 / 1000, LEAST_SHARES, MOST_SHARES);
    }

    private static Map<String, Long> hugePages(Pod pod) {
        var pages = new HashMap<String, Long>();
        PodTotals.of(pod, "limits").forEach((resource, limit) -> {
            if (PodTotals.isHugePages(resource))
                pages.put(
                        kernelName(resource),
                        PodSums.withOverhead(pod, resource, limit).value());
        });
        return pages;
    }

    /** The kernel writes {@code 2MB} and {@code 1GB} for what Kubernetes calls {@code 2Mi} and {@code 1Gi}. */
    private static String kernelName(String resource) {
        return resource.substring(PodTotals.HUGE_PAGES.length()).replace("i", "B");
    }
}
