import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;

/** Binds each pod that names no node to the only one: what the tests expect of a cluster, and SMARTER leaves to others. */
final class Scheduler {
    private static final String PENDING = "/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3D";

    public static void main(String[] args) throws Exception {
        var config = ClientConfig.kubeconfig(Path.of(System.getenv("KUBECONFIG")));
        try (var api = new ApiClient(config)) {
            while (true) {
                try (var watch = api.watch(PENDING)) {
                    for (var event = watch.next(); event != null; event = watch.next())
                        if (event.object().text("metadata", "deletionTimestamp") == null)
                            bind(api, event.object(), args[0]);
                } catch (IOException e) {
                    System.out.println(e);
                    Thread.sleep(1000);
                }
            }
        }
    }

    private static void bind(ApiClient api, Json.Obj pod, String node) throws IOException {
        if (!pod.textOrEmpty("spec", "nodeName").isEmpty() || !fits(api, pod, node)) return;
        var name = pod.textOrEmpty("metadata", "name");
        var namespace = pod.textOrEmpty("metadata", "namespace");
        post(api, "/api/v1/namespaces/%s/pods/%s/binding".formatted(namespace, name), Json.obj(
                "apiVersion", "v1",
                "kind", "Binding",
                "metadata", Json.obj("name", name),
                "target", Json.obj("kind", "Node", "name", node)));
        var now = java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        post(api, "/api/v1/namespaces/%s/events".formatted(namespace), Json.obj(
                "apiVersion", "v1",
                "kind", "Event",
                "metadata", Json.obj("generateName", name + "."),
                "involvedObject", Json.obj("apiVersion", "v1", "kind", "Pod", "namespace", namespace, "name", name,
                        "uid", pod.textOrEmpty("metadata", "uid")),
                "reason", "Scheduled",
                "message", "Successfully assigned %s/%s to %s".formatted(namespace, name, node),
                "type", "Normal",
                "source", Json.obj("component", "default-scheduler"),
                "firstTimestamp", now,
                "lastTimestamp", now,
                "count", 1));
    }

    private static boolean fits(ApiClient api, Json.Obj pod, String node) throws IOException {
        var wanted = pod.texts("spec", "nodeSelector");
        if (wanted.isEmpty()) return true;
        var there = Json.parse(api.raw("GET", "/api/v1/nodes/" + node, null, new byte[0]).body());
        return there.texts("metadata", "labels").entrySet().containsAll(wanted.entrySet());
    }

    private static void post(ApiClient api, String path, Json.Obj object) throws IOException {
        var answer = api.raw("POST", path, "application/json", object.bytes());
        if (answer.status() != 201) System.out.println(answer.text());
    }
}
