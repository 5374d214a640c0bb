package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Response;
import io.smarter.http.Sockets;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is asked of agents: why a pod runs or does not.
 *
 * @param container of which container; empty for all
 */
record WhyQuestion(String namespace, String name, String container) {
    private static final int LONGEST_ANSWER = 4 << 20;
    private static final byte[] NOTHING = new byte[0];

    private String path() {
        var only = container.isEmpty() ? "" : "?container=" + URLEncoder.encode(container, StandardCharsets.UTF_8);
        return "/why/%s/%s%s".formatted(namespace, name, only);
    }

    // ---- an agent of this machine

    WhyAnswer local(Path socket) {
        try (var connection = Http2Connection.client(Sockets.unix(socket))) {
            return answer(connection.send("GET", path(), Headers.of("host", "localhost"), NOTHING, LONGEST_ANSWER));
        } catch (IOException | JsonException e) {
            return WhyAnswer.none("the agent at %s does not answer: %s".formatted(socket, e.getMessage()));
        }
    }

    private static WhyAnswer answer(Response response) {
        if (!(Json.parse(response.body()) instanceof Json.Obj body) || !body.has("verdict"))
            return WhyAnswer.none("an agent that does not know this question answered " + response.status());
        return new WhyAnswer(response.ok(), body);
    }

    // ---- through the cloud

    WhyAnswer cloud(Path kubeconfig) throws IOException {
        var config = ClientConfig.kubeconfig(kubeconfig);
        try (var api = new ApiClient(config)) {
            return cloud(api);
        } catch (ApiException e) {
            return WhyAnswer.none("the cloud at %s says: %s".formatted(config.server(), e.getMessage()));
        } catch (IOException e) {
            return WhyAnswer.none("the cloud does not answer: %s".formatted(e.getMessage()));
        }
    }

    private WhyAnswer cloud(ApiClient api) throws IOException {
        Json.Obj pod;
        try {
            pod = api.get(Resource.PODS, namespace, name);
        } catch (ApiException e) {
            if (e.notFound()) return absent(api);
            throw e;
        }
        var node = pod.textOrEmpty("spec", "nodeName");
        if (node.isEmpty()) return unbound(pod);
        var path = "/api/v1/nodes/%s/proxy%s".formatted(node, path());
        var response = api.raw("GET", path, null, NOTHING);
        if (Json.parse(response.body()) instanceof Json.Obj body && body.has("verdict")) {
            if (response.ok()) return new WhyAnswer(true, body);
            return said(pod, "Not running: gateway %s has not heard of it yet".formatted(node), List.of());
        }
        var message = Json.parse(response.body()).textOrEmpty("message");
        if (response.status() == 403) return WhyAnswer.none("the cloud says: " + message);
        return said(
                pod,
                "Unknown: its gateway cannot be asked: " + message,
                List.of(
                        "the gateway runs what it knew last; ask it there: smarter why pod/%s -n %s"
                                .formatted(name, namespace),
                        "see how the node is: kubectl describe node " + node));
    }

    private WhyAnswer unbound(Json.Obj pod) {
        var why = condition(pod, "PodScheduled").textOrEmpty("message");
        var verdict = "Not running: no node was chosen for it" + (why.isEmpty() ? "" : ": " + why);
        return said(
                pod, verdict, List.of("pods of DaemonSets get their node by themselves; others need spec.nodeName"));
    }

    /** What the cloud itself knows of a pod whose gateway does not say. */
    private WhyAnswer said(Json.Obj pod, String verdict, List<String> next) {
        var timeline = pod.items("status", "conditions").stream()
                .map(condition -> Json.obj(
                        "time",
                        condition.textOrEmpty("lastTransitionTime"),
                        "container",
                        "",
                        "reason",
                        condition.textOrEmpty("type") + "=" + condition.textOrEmpty("status"),
                        "message",
                        condition.textOrEmpty("message"),
                        "count",
                        1))
                .toList();
        return new WhyAnswer(
                true,
                Json.obj(
                        "verdict",
                        verdict,
                        "namespace",
                        namespace,
                        "name",
                        name,
                        "node",
                        pod.textOrEmpty("spec", "nodeName"),
                        "phase",
                        pod.textOrEmpty("status", "phase"),
                        "containers",
                        List.of(),
                        "timeline",
                        timeline,
                        "next",
                        next.stream().map(Json::of).toList()));
    }

    private static Json condition(Json.Obj pod, String type) {
        return pod.items("status", "conditions").stream()
                .filter(condition -> type.equals(condition.text("type")))
                .findFirst()
                .orElse(Json.Obj.EMPTY);
    }

    // ---- a pod that is not there

    /** Whether a DaemonSet would have made the pod, and which nodes it leaves out. */
    private WhyAnswer absent(ApiClient api) throws IOException {
        var next = new ArrayList<String>();
        for (var set :
                api.list(Resource.DAEMON_SETS, namespace, ListOptions.ALL).items()) {
            var owner = set.textOrEmpty("metadata", "name");
            if (!name.equals(owner) && !name.startsWith(owner + "-")) continue;
            var nodes = api.list(Resource.NODES, null, ListOptions.ALL).items();
            next.addAll(placed(set, nodes, pods(api, set)));
        }
        if (next.isEmpty()) next.add("list what there is: kubectl get pods,daemonsets -A");
        var verdict = "No pod %s/%s in the cloud".formatted(namespace, name);
        return WhyAnswer.unknown(verdict, next);
    }

    private List<Json.Obj> pods(ApiClient api, Json.Obj set) throws IOException {
        var uid = set.textOrEmpty("metadata", "uid");
        return api.list(Resource.PODS, namespace, ListOptions.ALL).items().stream()
                .filter(pod -> pod.items("metadata", "ownerReferences").stream()
                        .anyMatch(owner -> owner.textOrEmpty("uid").equals(uid)))
                .toList();
    }

    /** What a DaemonSet has on each node, or which labels the node lacks for it; the first twenty nodes. */
    static List<String> placed(Json.Obj set, List<Json.Obj> nodes, List<Json.Obj> pods) {
        var name = set.textOrEmpty("metadata", "name");
        var wanted = set.texts("spec", "template", "spec", "nodeSelector");
        var lines = new ArrayList<String>();
        for (var node : nodes.subList(0, Math.min(20, nodes.size()))) {
            var host = node.textOrEmpty("metadata", "name");
            var labels = node.texts("metadata", "labels");
            var lacking = wanted.entrySet().stream()
                    .filter(label -> !label.getValue().equals(labels.get(label.getKey())))
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .toList();
            var there = pods.stream()
                    .filter(pod -> pod.textOrEmpty("spec", "nodeName").equals(host))
                    .map(pod -> "pod/" + pod.textOrEmpty("metadata", "name"))
                    .toList();
            if (!there.isEmpty())
                lines.add("on %s DaemonSet %s has %s".formatted(host, name, String.join(", ", there)));
            else if (!lacking.isEmpty())
                lines.add("%s lacks %s, which DaemonSet %s selects by: kubectl label node %1$s %4$s"
                        .formatted(host, String.join(", ", lacking), name, String.join(" ", lacking)));
            else
                lines.add("%s has the labels that DaemonSet %s asks for, but no pod: kubectl describe daemonset %2$s"
                        .formatted(host, name));
        }
        return lines;
    }
}
