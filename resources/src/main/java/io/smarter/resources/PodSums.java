package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import org.jspecify.annotations.Nullable;

/** What a pod asks for and is limited to, with what its sandbox takes itself, as the kubelet computes it: pure functions. */
final class PodSums {
    private static final Quantity NONE = Quantity.of(0);

    private PodSums() {}

    /** What a pod asks for; limits stand in for requests that are not given. */
    static Quantity requests(Pod pod, String resource) {
        return withOverhead(pod, resource, PodTotals.requests(pod).getOrDefault(resource, NONE));
    }

    /** What a pod is limited to, as a whole or by its containers; null if one of those is not. */
    static @Nullable Quantity limits(Pod pod, String resource) {
        boolean whole = pod.spec().object("resources", "limits").has(resource);
        if (!whole && !pod.allContainers().stream().allMatch(one -> one.limits().containsKey(resource))) return null;
        var limit = PodTotals.of(pod, "limits").getOrDefault(resource, NONE);
        return limit.signum() == 0 ? null : withOverhead(pod, resource, limit);
    }

    static Quantity withOverhead(Pod pod, String resource, Quantity amount) {
        return amount.plus(PodTotals.read(pod.spec().object("overhead")).getOrDefault(resource, NONE));
    }
}
