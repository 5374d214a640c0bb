package io.smarter.resources;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all containers of a pod ask for and are limited to together: those that run side by side are added up, and init
 * containers count where one of them needs more. In thousandths.
 */
public final class PodSums {
    private PodSums() {}

    /** What a pod asks for, as a whole or by its containers; limits stand in for requests that are not given. */
    public static long requests(Pod pod, String resource) {
        var whole = whole(pod, "requests", resource);
        if (whole == null) whole = whole(pod, "limits", resource);
        if (whole != null) return whole + overhead(pod, resource);
        var sum = sum(pod, container -> {
            var request = milli(container.requests(), resource);
            return request != null ? request : orZero(milli(container.limits(), resource));
        });
        return orZero(sum) + overhead(pod, resource);
    }

    /** What a pod is limited to, as a whole or by its containers; null if one of those is not. */
    public static @Nullable Long limits(Pod pod, String resource) {
        var whole = whole(pod, "limits", resource);
        if (whole != null) return whole + overhead(pod, resource);
        var sum = sum(pod, container -> milli(container.limits(), resource));
        return sum == null || sum == 0 ? null : Long.valueOf(sum + overhead(pod, resource));
    }

    private static @Nullable Long whole(Pod pod, String what, String resource) {
        return milli(pod.spec().texts("resources", what), resource);
    }

    private static @Nullable Long sum(Pod pod, Function<Container, @Nullable Long> amount) {
        long beside = 0;
        long first = 0;
        for (var container : pod.initContainers()) {
            var one = amount.apply(container);
            if (one == null) return null;
            if (container.isSidecar()) beside += one;
            first = Math.max(first, container.isSidecar() ? beside : beside + one);
        }
        long main = beside;
        for (var container : pod.containers()) {
            var one = amount.apply(container);
            if (one == null) return null;
            main += one;
        }
        return Math.max(main, first);
    }

    private static long overhead(Pod pod, String resource) {
        return orZero(milli(pod.spec().texts("overhead"), resource));
    }

    private static @Nullable Long milli(Map<String, String> amounts, String resource) {
        var amount = amounts.get(resource);
        if (amount == null) return null;
        try {
            return Quantity.parse(amount).milliValue();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static long orZero(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }
}
