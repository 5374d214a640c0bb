package io.smarter.gateway;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.resources.Exposition;
import io.smarter.resources.Exposition.Kind;
import io.smarter.resources.NodeUsage;
import io.smarter.resources.Readings;
import io.smarter.resources.ResourceMetrics;
import io.smarter.resources.Summary;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** Answers what the cloud asks about the use of this node: a kubelet's {@code /stats/summary} and {@code /metrics…}. */
final class UsageRequests {
    private final PodPlaces places;
    private final Readings readings;
    private final Consumer<Exposition> more;

    /**
     * Answers about the pods that run.
     *
     * @param more adds the figures of the agent's other parts to its own
     */
    UsageRequests(PodPlaces places, Readings readings, Consumer<Exposition> more) {
        this.places = places;
        this.readings = readings;
        this.more = more;
    }

    /** Answers a request, if its path is one of these; says whether it is. */
    boolean handle(Exchange exchange) throws IOException, InterruptedException {
        switch (exchange.path()) {
            case "/stats/summary" -> summary(exchange);
            case "/metrics" -> send(exchange, agent());
            case "/metrics/resource" -> send(exchange, ResourceMetrics.resource(read(false)));
            case "/metrics/cadvisor" -> send(exchange, ResourceMetrics.cadvisor(read(true), places.cores()));
            case "/metrics/probes" -> send(exchange, probes());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void summary(Exchange exchange) throws IOException, InterruptedException {
        boolean disks = !exchange.query().flag("only_cpu_and_memory");
        var summary = Summary.of(read(disks), disks);
        exchange.respond(200, Headers.of("content-type", "application/json"), summary.bytes());
    }

    private NodeUsage read(boolean disks) throws IOException, InterruptedException {
        return readings.read(places.running(disks), disks ? places.images() : 0, disks);
    }

    private static void send(Exchange exchange, Exposition figures) throws IOException {
        exchange.respond(200, Headers.of("content-type", Exposition.MEDIA_TYPE), figures.bytes());
    }

    private Exposition probes() {
        var figures = new Exposition();
        for (var worker : places.pods().all()) {
            var pod = worker.pod();
            for (Map.Entry<Probes.Counted, Long> count : worker.probeCounts().entrySet())
                figures.add(
                        Kind.COUNTER,
                        "prober_probe_total",
                        count.getValue(),
                        "container",
                        count.getKey().container(),
                        "namespace",
                        pod.namespace(),
                        "pod",
                        pod.name(),
                        "pod_uid",
                        pod.uid(),
                        "probe_type",
                        count.getKey().kind(),
                        "result",
                        count.getKey().result());
        }
        return figures;
    }

    private Exposition agent() throws IOException {
        int running = 0;
        int exited = 0;
        int pods = 0;
        for (var worker : places.pods().all()) {
            var instances = worker.seen().instances();
            int alive = (int)
                    instances.stream().filter(Observed.Instance::isRunning).count();
            running += alive;
            exited +=
                    (int) instances.stream().filter(Observed.Instance::isExited).count();
            if (alive > 0) pods++;
        }
        var figures = new Exposition()
                .add(Kind.GAUGE, "kubelet_node_name", 1, "node", places.name())
                .add(Kind.GAUGE, "kubelet_running_pods", pods)
                .add(Kind.GAUGE, "kubelet_running_containers", running, "container_state", "running")
                .add(Kind.GAUGE, "kubelet_running_containers", exited, "container_state", "exited");
        AgentProcess.addTo(figures);
        more.accept(figures);
        return figures;
    }
}
