package io.smarter.api;

import io.smarter.json.Json;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * What a pod takes at most at one time, by resource: containers that run side by side are added up, and init containers count
 * where one of them needs more (Kubernetes "Resource sharing within containers"). What is no quantity is left out. Pure functions.
 */
public final class PodTotals {
    /** How the names of such resources begin; the size of a page follows. */
    public static final String HUGE_PAGES = "hugepages-";

    private PodTotals() {}

    /**
     * What is stated for the pod as a whole (Kubernetes "Pod-level resources"), and else what its containers say.
     *
     * @param what {@code requests} or {@code limits}
     */
    public static Map<String, Quantity> of(Pod pod, String what) {
        var total = ofContainers(pod, what);
        total.putAll(whole(pod, what));
        return total;
    }

    /** What a pod requests where the API has set no defaults yet: limits stand in for requests that nobody states. */
    public static Map<String, Quantity> requests(Pod pod) {
        var total = whole(pod, "limits");
        total.putAll(sum(pod, container -> {
            var own = stated(container, "limits");
            own.putAll(stated(container, "requests"));
            return own;
        }));
        total.putAll(whole(pod, "requests"));
        return total;
    }

    /** What the containers say. The caller may change it. */
    public static Map<String, Quantity> ofContainers(Pod pod, String what) {
        return sum(pod, container -> stated(container, what));
    }

    private static Map<String, Quantity> sum(Pod pod, Function<Container, Map<String, Quantity>> amounts) {
        var sum = new TreeMap<String, Quantity>();
        for (var container : pod.containers()) merge(sum, amounts.apply(container), Quantity::plus);
        var sidecars = new TreeMap<String, Quantity>();
        var starting = new TreeMap<String, Quantity>();
        for (var container : pod.initContainers()) {
            var own = amounts.apply(container);
            if (container.isSidecar()) {
                merge(sum, own, Quantity::plus);
                merge(sidecars, own, Quantity::plus);
                merge(starting, sidecars, PodTotals::larger);
            } else {
                merge(own, sidecars, Quantity::plus);
                merge(starting, own, PodTotals::larger);
            }
        }
        merge(sum, starting, PodTotals::larger);
        return sum;
    }

    /** Whether a resource may be given to a pod as a whole. */
    public static boolean isOfPods(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || isHugePages(resource);
    }

    public static boolean isHugePages(String resource) {
        return resource.startsWith(HUGE_PAGES);
    }

    private static Map<String, Quantity> whole(Pod pod, String what) {
        var whole = read(pod.spec().object("resources", what));
        whole.keySet().removeIf(name -> !isOfPods(name));
        return whole;
    }

    private static Map<String, Quantity> stated(Container container, String what) {
        return read(container.tree().object("resources", what));
    }

    /** What an object states (core/v1 ResourceList), by the names of resources and in their order. The caller may change it. */
    public static SortedMap<String, Quantity> read(Json.Obj stated) {
        var read = new TreeMap<String, Quantity>();
        stated.members().forEach((name, value) -> {
            var text = value instanceof Json.Num(var literal) ? literal : value instanceof Json.Str(var own) ? own : "";
            try {
                read.put(name, Quantity.parse(text));
            } catch (IllegalArgumentException e) {
                // not written by us: what is written here is checked by its schema
            }
        });
        return read;
    }

    private static void merge(
            Map<String, Quantity> into, Map<String, Quantity> more, BinaryOperator<Quantity> together) {
        more.forEach((name, amount) -> into.merge(name, amount, together));
    }

    private static Quantity larger(Quantity a, Quantity b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
