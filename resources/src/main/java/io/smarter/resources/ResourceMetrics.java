package io.smarter.resources;

import static io.smarter.resources.Exposition.Kind.COUNTER;

import io.smarter.linux.NetworkLink;
import io.smarter.resources.PodUsage.ContainerUsage;
import java.util.List;

/** What is used, in the kubelet's families of figures. */
public final class ResourceMetrics {
    private ResourceMetrics() {}

    /** {@code /metrics/resource}: what decides on scaling and {@code top}. */
    public static Exposition resource(NodeUsage usage) {
        var out = new Exposition()
                .seconds("node_cpu_usage_seconds_total", usage.load().cpuNanos())
                .gauge("node_memory_working_set_bytes", usage.workingSet())
                .gauge(
                        "node_swap_usage_bytes",
                        usage.memory().swapTotal() - usage.memory().swapFree());
        for (var pod : usage.pods()) {
            var at = labels(pod);
            out.seconds("pod_cpu_usage_seconds_total", pod.use().group().cpuNanos(), at)
                    .gauge("pod_memory_working_set_bytes", pod.use().group().workingSet(), at);
            for (var container : pod.containers()) {
                var of = new String[] {"container", container.name(), at[0], at[1], at[2], at[3]};
                var group = container.use().group();
                out.seconds("container_cpu_usage_seconds_total", group.cpuNanos(), of)
                        .gauge("container_memory_working_set_bytes", group.workingSet(), of)
                        .time("container_start_time_seconds", container.place().started(), of);
            }
        }
        return out.gauge("resource_scrape_error", 0);
    }

    private static String[] labels(PodUsage pod) {
        return new String[] {
            "namespace", pod.pod().namespace(), "pod", pod.pod().name()
        };
    }

    /** {@code /metrics/cadvisor}: of its families those that dashboards of containers are made of. */
    public static Exposition cadvisor(NodeUsage usage, int cores) {
        var out = new Exposition()
                .gauge("machine_cpu_cores", cores)
                .gauge("machine_memory_bytes", usage.memory().total());
        for (var pod : usage.pods()) {
            for (var container : pod.containers()) container(out, usage, pod, container);
            network(out, pod, pod.network());
        }
        return out;
    }

    private static void container(Exposition out, NodeUsage usage, PodUsage pod, ContainerUsage container) {
        var at = labels(pod, container);
        var group = container.use().group();
        out.seconds("container_cpu_usage_seconds_total", group.cpuNanos(), at)
                .seconds("container_cpu_user_seconds_total", group.userNanos(), at)
                .seconds("container_cpu_system_seconds_total", group.systemNanos(), at)
                .add(COUNTER, "container_cpu_cfs_periods_total", group.periods(), at)
                .add(COUNTER, "container_cpu_cfs_throttled_periods_total", group.throttledPeriods(), at)
                .seconds("container_cpu_cfs_throttled_seconds_total", group.throttledNanos(), at)
                .gauge("container_memory_usage_bytes", group.memory(), at)
                .gauge("container_memory_working_set_bytes", group.workingSet(), at)
                .gauge("container_memory_rss", group.rss(), at)
                .gauge("container_memory_cache", group.cache(), at)
                .gauge("container_spec_memory_limit_bytes", group.memoryLimit(), at)
                .gauge("container_processes", group.tasks(), at)
                .gauge("container_fs_usage_bytes", container.disk().bytes(), at)
                .gauge("container_fs_inodes_total", container.disk().inodes(), at)
                .time("container_start_time_seconds", container.place().started(), at)
                .time("container_last_seen", usage.at(), at);
    }

    private static String[] labels(PodUsage pod, ContainerUsage container) {
        return new String[] {
            "container", container.name(),
            "id", "/" + pod.group() + "/" + container.place().id(),
            "image", image(pod, container.name()),
            "name", container.place().id(),
            "namespace", pod.pod().namespace(),
            "pod", pod.pod().name()
        };
    }

    private static String image(PodUsage pod, String name) {
        return pod.pod().allContainers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .map(container -> container.image())
                .orElse("");
    }

    private static void network(Exposition out, PodUsage pod, List<NetworkLink> links) {
        for (var link : links) {
            var at = new String[] {
                "id", "/" + pod.group(),
                "interface", link.name(),
                "namespace", pod.pod().namespace(),
                "pod", pod.pod().name()
            };
            out.add(COUNTER, "container_network_receive_bytes_total", link.rxBytes(), at)
                    .add(COUNTER, "container_network_receive_errors_total", link.rxErrors(), at)
                    .add(COUNTER, "container_network_transmit_bytes_total", link.txBytes(), at)
                    .add(COUNTER, "container_network_transmit_errors_total", link.txErrors(), at);
        }
    }
}
