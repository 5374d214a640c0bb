package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import io.smarter.cri.v1.LinuxContainerResources;
import org.jspecify.annotations.Nullable;

/** Requests and limits as the kernel takes them. */
final class Resources {
    private static final long PERIOD = 100_000;
    private static final long SMALLEST_QUOTA = 1000;
    private static final long SMALLEST_SHARES = 2;
    private static final long LARGEST_SHARES = 262_144;

    private Resources() {}

    /**
     * The limits of a container.
     *
     * @param memory of the node, in bytes
     */
    static LinuxContainerResources of(Pod pod, Container container, long memory) {
        var resources = LinuxContainerResources.newBuilder();
        var cpuLimit = quantity(container.limits().get("cpu"));
        var cpuRequest = quantity(container.requests().get("cpu"));
        if (cpuRequest == null) cpuRequest = cpuLimit;
        resources.setCpuShares(cpuRequest == null ? SMALLEST_SHARES : shares(cpuRequest.milliValue()));
        if (cpuLimit != null && cpuLimit.milliValue() > 0) {
            resources.setCpuPeriod(PERIOD);
            resources.setCpuQuota(Math.max(SMALLEST_QUOTA, cpuLimit.milliValue() * PERIOD / 1000));
        }
        var memoryLimit = quantity(container.limits().get("memory"));
        if (memoryLimit != null) resources.setMemoryLimitInBytes(memoryLimit.value());
        resources.setOomScoreAdj(oomScore(pod, container, memory));
        return resources.build();
    }

    private static @Nullable Quantity quantity(@Nullable String text) {
        return text == null ? null : Quantity.parse(text);
    }

    private static long shares(long milli) {
        return Math.clamp(milli * 1024 / 1000, SMALLEST_SHARES, LARGEST_SHARES);
    }

    /** What the kernel gives up first: the less was asked for, the sooner. */
    private static long oomScore(Pod pod, Container container, long memory) {
        return switch (pod.qosClass()) {
            case GUARANTEED -> -997;
            case BEST_EFFORT -> 1000;
            case BURSTABLE -> {
                var request = quantity(container
                        .requests()
                        .getOrDefault("memory", container.limits().get("memory")));
                long asked = request == null ? 0 : request.value();
                yield Math.clamp(1000 - 1000 * asked / Math.max(1, memory), 3, 999);
            }
        };
    }
}
