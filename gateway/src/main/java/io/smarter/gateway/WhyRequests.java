package io.smarter.gateway;

import io.smarter.http.Exchange;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Answers {@code GET /why/NAMESPACE/POD[?container=C]} from what this agent knows, with or without a cloud. The answer is
 * JSON, also that of status 404 for a pod that is not known here.
 */
final class WhyRequests {
    private static final String PATH = "/why/";
    private static final int MOST_NAMES = 10;

    private final Pods pods;
    private final Diary diary;
    private final NodeObject node;
    private final BooleanSupplier link;
    private final InstantSource clock;

    /**
     * Answers about these pods.
     *
     * @param link whether the cloud is reached at the moment
     */
    WhyRequests(Pods pods, Diary diary, NodeObject node, BooleanSupplier link, InstantSource clock) {
        this.pods = pods;
        this.diary = diary;
        this.node = node;
        this.link = link;
        this.clock = clock;
    }

    /** Answers a request, if its path is one of these; says whether it is. */
    boolean answer(Exchange exchange) throws IOException {
        var parts = exchange.path().split("/", -1);
        if (!exchange.path().startsWith(PATH) || parts.length != 4) return false;
        var namespace = parts[2]; // of letters that no path has to encode, as the pod's name
        var name = parts[3];
        var container = exchange.query().first("container");
        var worker = pods.find(namespace, name);
        if (worker != null) {
            var why = worker.why(diary.of(worker.pod().uid()));
            send(exchange, 200, why.json(container == null ? "" : container));
            return true;
        }
        var page = diary.find(namespace, name);
        if (page == null) send(exchange, 404, unknown(namespace, name));
        else send(exchange, 200, past(page));
        return true;
    }

    private Json.Obj past(Diary.Page page) {
        var last = page.entries().getLast();
        return Json.obj(
                "verdict",
                "Gone: it ended here at %s".formatted(PodStatus.time(last.at())),
                "namespace",
                page.namespace(),
                "name",
                page.name(),
                "uid",
                page.uid(),
                "time",
                clock.instant().toString(),
                "containers",
                List.of(),
                "timeline",
                Why.timeline(page.entries()),
                "next",
                List.of("if it should run: see whether its DaemonSet still selects this node, "
                        + "kubectl -n %s get daemonsets".formatted(page.namespace())));
    }

    private Json.Obj unknown(String namespace, String name) {
        var all = pods.all().stream().map(PodWorker::pod).toList();
        var near = all.stream()
                .filter(pod -> pod.namespace().equals(namespace) || pod.name().equals(name))
                .map(pod -> pod.key())
                .sorted(Comparator.naturalOrder())
                .limit(MOST_NAMES)
                .toList();
        return Json.obj(
                "verdict",
                "No pod %s/%s on this gateway".formatted(namespace, name),
                "namespace",
                namespace,
                "name",
                name,
                "time",
                clock.instant().toString(),
                "pods",
                near.stream().map(Json::of).toList(),
                "labels",
                node.labels());
    }

    private void send(Exchange exchange, int status, Json.Obj answer) throws IOException {
        var whole = answer.with("node", Json.of(node.settings().name())).with("link", Json.of(link.getAsBoolean()));
        LocalRequests.send(exchange, status, whole);
    }
}
