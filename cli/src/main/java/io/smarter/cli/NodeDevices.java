package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.devices.DevicesStatus;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.registry.RuntimeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices of a node, of which edge is asked in its pod there, through the API server.
 *
 * @param node the Node's name
 */
record NodeDevices(ClientConfig config, String node) {
    private static final String NAMESPACE = "kube-system";
    private static final String APP = "app=smarter-edge";
    private static final String CONTAINER = "edge";
    private static final String LABEL = "smarter.type";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** @throws CliException saying why they are not known, and what to do */
    DevicesStatus ask() throws InterruptedException {
        try (var api = new ApiClient(config)) {
            var known = node(api);
            return answer(pod(api, known), known);
        } catch (IOException e) {
            throw new CliException("the API server at %s: %s".formatted(config.server(), e.getMessage()), e);
        }
    }

    private Json.Obj node(ApiClient api) throws IOException {
        try {
            return api.get(Resource.NODES, "", node);
        } catch (ApiException e) {
            if (e.notFound())
                throw new CliException(
                        "there is no node '%s' in the cluster; there are: kubectl get nodes".formatted(node), e);
            throw e;
        }
    }

    private Json.Obj pod(ApiClient api, Json.Obj known) throws IOException {
        var pods = api.list(Resource.PODS, NAMESPACE, new ListOptions(APP, "spec.nodeName=" + node, 0))
                .items();
        if (pods.isEmpty()) throw new CliException(noEdge(node, known));
        return pods.stream().filter(NodeDevices::runs).findFirst().orElseThrow(() -> {
            var name = pods.getFirst().textOrEmpty("metadata", "name");
            return new CliException(
                    "edge does not run on node %s; why: smarter why pod/%s -n %s".formatted(node, name, NAMESPACE));
        });
    }

    private static boolean runs(Json.Obj pod) {
        return pod.textOrEmpty("status", "phase").equals("Running");
    }

    static String noEdge(String node, Json.Obj known) {
        if (known.texts("metadata", "labels").getOrDefault(LABEL, "").equals("edge"))
            return "node %s has no edge, though it has the label %s=edge; is it deployed: kubectl -n %s get daemonset smarter-edge"
                    .formatted(node, LABEL, NAMESPACE);
        return "node %s has no edge, which it would with a label: kubectl label node %s %s=edge"
                .formatted(node, node, LABEL);
    }

    private DevicesStatus answer(Json.Obj pod, Json.Obj known) throws InterruptedException {
        var command = new ArrayList<>(RuntimeImage.COMMAND);
        command.add("devices");
        var name = pod.textOrEmpty("metadata", "name");
        try {
            return status(new Exec(config, PATIENCE).run(NAMESPACE, name, CONTAINER, command), name);
        } catch (IOException e) {
            var unready = unready(known);
            throw new CliException(
                    "edge can't be asked on node %s%s: %s; on the node itself ask: smarter devices"
                            .formatted(node, unready, e.getMessage()),
                    e);
        }
    }

    /** Whether the node is not ready, in words that go on after its name. */
    static String unready(Json.Obj known) {
        for (var condition : known.items("status", "conditions"))
            if (condition.textOrEmpty("type").equals("Ready")
                    && !condition.textOrEmpty("status").equals("True"))
                return ", which is not ready since %s (%s)"
                        .formatted(condition.textOrEmpty("lastTransitionTime"), condition.textOrEmpty("message"));
        return "";
    }

    private DevicesStatus status(ExecOutput.Result result, String pod) throws IOException {
        if (result.status() != 0)
            throw new IOException("in pod %s it ended with status %d: %s"
                    .formatted(
                            pod,
                            result.status(),
                            result.err().lines().findFirst().orElse("and said nothing")));
        try {
            return DevicesStatus.of(Json.parse(result.out()));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("in pod %s it said what is not understood: %s".formatted(pod, e.getMessage()), e);
        }
    }

    /** Of several nodes at once. */
    static Json.Obj json(List<DevicesStatus> nodes) {
        return Json.obj("nodes", nodes.stream().map(DevicesStatus::json).toList());
    }
}
