package io.smarter.apiserver;

import io.smarter.api.ObjectMeta;
import io.smarter.api.Quantity;
import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Lists;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import io.smarter.tunnel.GatewayUsage;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes and pods use (metrics.k8s.io, as metrics-server tells it), from what gateways say when they are asked. Of a
 * gateway that does not answer, nothing is told.
 */
final class UsageMetrics {
    /** Gateways make rates of two readings, the nearest half a second apart. */
    private static final String WINDOW = "1s";

    private final Lists lists;
    private final ApiType nodes;
    private final ApiType pods;
    private final GatewayUsage usage;
    private final Clock clock;

    UsageMetrics(Lists lists, Types types, GatewayUsage usage, Clock clock) {
        this.lists = lists;
        this.nodes = types.of(Resource.NODES);
        this.pods = types.of(Resource.PODS);
        this.usage = usage;
        this.clock = clock;
    }

    void nodes(ApiRequest request) throws IOException, InterruptedException {
        var named = named(request, nodes);
        var summaries = usage.of(named.stream().map(UsageMetrics::name).toList());
        var metrics = new ArrayList<Json.Obj>();
        for (var node : named) {
            var summary = summaries.get(name(node));
            if (summary == null) continue;
            var used = used(summary.object("node"));
            if (used != null)
                metrics.add(head(Types.NODE_METRICS, node, summary.object("node", "cpu"))
                        .with("usage", used));
        }
        answer(request, metrics);
    }

    void pods(ApiRequest request) throws IOException, InterruptedException {
        var named = named(request, pods).stream()
                .filter(pod -> pod.textOrEmpty("status", "phase").equals("Running"))
                .toList();
        var places = named.stream()
                .map(pod -> pod.textOrEmpty("spec", "nodeName"))
                .distinct()
                .toList();
        var told = new HashMap<String, Json>();
        for (var summary : usage.of(places).values())
            for (var pod : summary.items("pods")) told.put(pod.textOrEmpty("podRef", "uid"), pod);
        var metrics = new ArrayList<Json.Obj>();
        for (var pod : named) {
            var one = told.get(pod.textOrEmpty("metadata", "uid"));
            var containers = one == null ? List.<Json>of() : containers(one);
            if (one != null && !containers.isEmpty())
                metrics.add(head(Types.POD_METRICS, pod, one.object("cpu")).with("containers", Json.arr(containers)));
        }
        answer(request, metrics);
    }

    /** The objects whose metrics are asked for. */
    private List<Json.Obj> named(ApiRequest request, ApiType type) {
        var selection = request.name().isEmpty()
                ? request.selection()
                : request.selection().named(request.name());
        return lists.all(type, request.namespace(), selection).objects().stream()
                .map(Stored::tree)
                .toList();
    }

    private void answer(ApiRequest request, List<Json.Obj> metrics) throws IOException {
        var type = request.type();
        var view = View.of(request.exchange(), type.kind());
        var objects = metrics.stream()
                .map(object -> Changes.unwritten(type, object, 0))
                .toList();
        if (request.name().isEmpty()) {
            var bytes = view.list(type, objects, Json.Obj.EMPTY, clock.instant());
            Answers.send(request.exchange(), 200, view.form(), bytes, List.of());
            return;
        }
        if (objects.isEmpty())
            throw Status.notFound(type.resource(), request.name()).error();
        var bytes = view.object(type, objects.getFirst(), clock.instant());
        Answers.send(request.exchange(), 200, view.form(), bytes, List.of());
    }

    private static List<Json> containers(Json pod) {
        var containers = new ArrayList<Json>();
        for (var container : pod.items("containers")) {
            var used = used(container);
            if (used != null) containers.add(Json.obj("name", container.textOrEmpty("name"), "usage", used));
        }
        return containers;
    }

    private Json.Obj head(Resource resource, Json.Obj of, Json.Obj reading) {
        var time = reading.text("time") == null ? ObjectMeta.time(clock.instant()) : reading.textOrEmpty("time");
        return Json.obj(
                "apiVersion",
                resource.apiVersion(),
                "kind",
                resource.kind(),
                "metadata",
                Json.obj(
                        "name",
                        name(of),
                        "namespace",
                        of.text("metadata", "namespace"),
                        "creationTimestamp",
                        ObjectMeta.time(clock.instant()),
                        "labels",
                        labels(of)),
                "timestamp",
                time,
                "window",
                WINDOW);
    }

    private static @Nullable Map<String, String> labels(Json.Obj of) {
        var labels = of.texts("metadata", "labels");
        return labels.isEmpty() ? null : labels;
    }

    private static String name(Json.Obj object) {
        return object.textOrEmpty("metadata", "name");
    }

    /** Processors and memory that something uses; null when it is not known. */
    private static Json.@Nullable Obj used(Json of) {
        long cpu = of.number(-1, "cpu", "usageNanoCores");
        long memory = of.number(-1, "memory", "workingSetBytes");
        if (cpu < 0 || memory < 0) return null;
        return Json.obj(
                "cpu",
                cpu + "n",
                "memory",
                Quantity.ofBytes(memory / 1024 * 1024).toString());
    }
}
