package io.smarter.bench;

import io.smarter.json.Json;
import java.util.List;
import java.util.Map;

/** The application that is deployed: one container that sends one datum as soon as it runs. */
final class Application {
    static final String NAMESPACE = "smarter-bench";
    static final String LABEL = "smarter-bench";

    private Application() {}

    /** The name of the reading that an application sends. */
    static String datum(String name) {
        return "bench.datum/" + name;
    }

    static Json.Obj namespace() {
        return Json.obj("apiVersion", "v1", "kind", "Namespace", "metadata", Json.obj("name", NAMESPACE));
    }

    static Json.Obj intake(String url, String ca, String token) {
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Json.obj("name", "intake", "namespace", NAMESPACE),
                "stringData",
                Json.obj("url", url, "ca.crt", ca, "token", token));
    }

    /**
     * @param gate the value that a node's label must have to get it
     */
    static Json.Obj daemonSet(String name, String gate, String image, String pullPolicy) {
        var labels = Map.of("app", name);
        return Json.obj(
                "apiVersion",
                "apps/v1",
                "kind",
                "DaemonSet",
                "metadata",
                Json.obj("name", name, "namespace", NAMESPACE),
                "spec",
                Json.obj(
                        "selector",
                        Json.obj("matchLabels", labels),
                        "template",
                        Json.obj("metadata", Json.obj("labels", labels), "spec", pod(name, gate, image, pullPolicy))));
    }

    private static Json.Obj pod(String name, String gate, String image, String pullPolicy) {
        var toleration = Json.obj("key", "smarter.type", "value", "edge", "effect", "NoSchedule");
        return Json.obj(
                "nodeSelector", Map.of(LABEL, gate),
                "tolerations", List.of(toleration),
                "hostNetwork", true,
                "automountServiceAccountToken", false,
                "terminationGracePeriodSeconds", 1,
                "containers", List.of(container(name, image, pullPolicy)),
                "volumes", List.of(Json.obj("name", "intake", "secret", Json.obj("secretName", "intake"))));
    }

    private static Json.Obj container(String name, String image, String pullPolicy) {
        var nodeName = Json.obj("fieldRef", Json.obj("fieldPath", "spec.nodeName"));
        return Json.obj(
                "name",
                "app",
                "image",
                image,
                "imagePullPolicy",
                pullPolicy,
                "args",
                List.of("uplink", "once", datum(name)),
                "env",
                List.of(Json.obj("name", "NODE_NAME", "valueFrom", nodeName)),
                "volumeMounts",
                List.of(Json.obj("name", "intake", "mountPath", "/etc/intake", "readOnly", true)));
    }
}
