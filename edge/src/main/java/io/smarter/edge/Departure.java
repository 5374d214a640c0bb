package io.smarter.edge;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.Optional;

/**
 * Why a node is to have nothing of a DaemonSet any more whose pod there is told to end: a pod ends as well when its DaemonSet is
 * updated, when its node restarts, or when somebody wants it to start anew.
 */
final class Departure {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    private Departure() {}

    /**
     * Asks the API server.
     *
     * @return empty if the pod is to be followed by another one
     * @throws IOException if that can't be known
     */
    static Optional<String> of(ApiClient api, EdgeSettings.OwnPod pod, String node) throws IOException {
        try {
            var set = api.get(Resource.DAEMON_SETS, pod.namespace(), pod.daemonSet());
            return of(set, api.get(Resource.NODES, "", node));
        } catch (ApiException e) {
            var why = refused(e.code(), e.status().textOrEmpty("details", "kind"));
            if (why.isEmpty()) throw e;
            return why;
        }
    }

    /** By a DaemonSet and a Node as they are now. */
    static Optional<String> of(Json.Obj set, Json.Obj node) {
        if (set.object("metadata").has("deletionTimestamp")) return Optional.of("its DaemonSet is being deleted");
        var labels = node.texts("metadata", "labels");
        return set.texts("spec", "template", "spec", "nodeSelector").entrySet().stream()
                .filter(wanted -> !wanted.getValue().equals(labels.get(wanted.getKey())))
                .findFirst()
                .map(wanted -> "the node has no label %s=%s any more".formatted(wanted.getKey(), wanted.getValue()));
    }

    /** By what the API server refused to tell: who deletes a whole manifest deletes the pod's account with it. */
    static Optional<String> refused(int code, String kind) {
        if (code == UNAUTHORIZED) return Optional.of("the account of its DaemonSet is no more");
        return code == NOT_FOUND && kind.equals(Resource.DAEMON_SETS.plural())
                ? Optional.of("its DaemonSet is no more")
                : Optional.empty();
    }
}
