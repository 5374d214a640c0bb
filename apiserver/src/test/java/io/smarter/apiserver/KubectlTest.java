package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.pki.Pki;
import io.smarter.store.MemoryStore;
import io.smarter.tunnel.Tunnels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real kubectl gets from us, over TLS; skipped where there is no kubectl. */
@Timeout(120)
class KubectlTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

    @TempDir
    private Path data;

    private final Tunnels tunnels = new Tunnels(Clock.systemUTC());
    private final MemoryStore store = new MemoryStore();
    private Pki pki;
    private ApiServer api;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL + " on this machine");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        pki = Pki.open(data, address, List.of());
        api = new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC());
        server = HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of(pki.authority())), api);
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (api != null) api.close();
        tunnels.close();
        store.close();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** What kubectl prints, both outputs together. */
    private String kubectl(String commandLine) throws Exception {
        return kubectl("", commandLine.split(" "));
    }

    private String kubectl(String input, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(KUBECTL.toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", pki.kubeconfig().toString());
        builder.environment().put("HOME", data.toString());
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(("---\n" + input).getBytes(StandardCharsets.UTF_8)); // what starts with a brace passes for JSON
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ended").isTrue();
        return output;
    }

    private String apply(String manifest, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(Arrays.asList(options));
        return kubectl(manifest, arguments.toArray(String[]::new));
    }

    @Test
    void knowsOurTypes() throws Exception {
        assertThat(kubectl("api-resources"))
                .containsPattern("daemonsets +ds +apps/v1 +true +DaemonSet")
                .containsPattern("nodes +no +v1 +false +Node")
                .containsPattern("jointokens +smarter.io/v1 +false +JoinToken");
        assertThat(kubectl("api-versions")).contains("apps/v1\n", "coordination.k8s.io/v1\n");
        assertThat(kubectl("version")).contains("Server Version: v1.36.0+smarter");
        assertThat(kubectl("explain daemonset.spec.updateStrategy.rollingUpdate"))
                .contains("maxUnavailable");
        assertThat(kubectl("get things")).contains("the server doesn't have a resource type \"things\"");
    }

    @Test
    void saysWhoAsksAndWhatMayBeDone() throws Exception {
        assertThat(kubectl("auth whoami")).contains("smarter-admin", "system:masters");
        assertThat(kubectl("auth can-i create pods")).isEqualTo("yes\n");
        assertThat(kubectl("auth can-i --list")).containsPattern("\\*\\.\\* +\\[] +\\[] +\\[\\*]");
        assertThat(kubectl("get pods --as=somebody"))
                .isEqualTo("Error from server (Forbidden): pods is forbidden: User \"somebody\" cannot list resource "
                        + "\"pods\" in API group \"\" in the namespace \"default\"\n");
    }

    @Test
    void grantsByRolesAndActsAsOthers() throws Exception {
        kubectl("create role reader --verb=get,list --resource=pods");
        assertThat(kubectl("create rolebinding bob --role=reader --user=bob"))
                .isEqualTo("rolebinding.rbac.authorization.k8s.io/bob created\n");
        assertThat(kubectl("auth can-i list pods --as=bob")).isEqualTo("yes\n");
        assertThat(kubectl("auth can-i delete pods --as=bob")).isEqualTo("no\n");
        assertThat(kubectl("get pods --as=bob")).contains("No resources found");
        assertThat(kubectl("create rolebinding more --clusterrole=admin --user=eve --as=bob"))
                .contains("User \"bob\" cannot create resource \"rolebindings\"");
        assertThat(kubectl("auth whoami --as=bob --as-group=team --as-uid=7")).contains("bob", "team", "7");
        var rules =
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader, namespace: default}, "
                        + "rules: [{apiGroups: [''], resources: [pods], verbs: [delete]}]}";
        assertThat(kubectl(rules, "auth", "reconcile", "-f", "-")).contains("missing rules added");
        assertThat(kubectl("auth can-i delete pods --as=bob")).isEqualTo("yes\n");
    }

    @Test
    void asksWithTheTokenOfAServiceAccount() throws Exception {
        kubectl("create serviceaccount robot");
        kubectl("create clusterrolebinding robot --clusterrole=view --serviceaccount=default:robot");
        var token = kubectl("create token robot").strip();
        var own = "--kubeconfig=/dev/null --insecure-skip-tls-verify --server=https://127.0.0.1:" + server.port()
                + " --token=" + token + " ";
        assertThat(kubectl(own + "auth whoami")).contains("system:serviceaccount:default:robot");
        assertThat(kubectl(own + "get pods -n default")).contains("No resources found");
        assertThat(kubectl(own + "get secrets -n default"))
                .contains("User \"system:serviceaccount:default:robot\" cannot list resource \"secrets\"");
        kubectl("delete serviceaccount robot");
        assertThat(kubectl(own + "get pods -n default")).contains("You must be logged in to the server");
    }

    @Test
    void appliesChangesAndShowsWhatDiffers() throws Exception {
        var manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '%s'}}";
        assertThat(apply(manifest.formatted(1))).isEqualTo("configmap/a created\n");
        assertThat(apply(manifest.formatted(1))).isEqualTo("configmap/a unchanged\n");
        assertThat(apply(manifest.formatted(2))).isEqualTo("configmap/a configured\n");
        assertThat(kubectl(manifest.formatted(3), "diff", "-f", "-")).contains("-  x: \"2\"\n+  x: \"3\"\n");
        assertThat(apply(manifest.formatted(4), "--server-side", "--force-conflicts"))
                .isEqualTo("configmap/a serverside-applied\n");
        assertThat(kubectl("get cm a -o jsonpath={.data.x}")).isEqualTo("4");
        assertThat(kubectl("delete cm a")).isEqualTo("configmap \"a\" deleted\n");
        assertThat(kubectl("get cm")).isEqualTo("No resources found in default namespace.\n");
    }

    /** For these, kubectl has to look at the types itself: in a document that it takes only in protobuf. */
    @Test
    void appliesListsOfManifests() throws Exception {
        var list = """
                {apiVersion: v1, kind: List, items: [
                 {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: z}},
                 {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, %s: {x: z}}]}""";
        assertThat(apply(list.formatted("data"))).isEqualTo("configmap/a created\nconfigmap/b created\n");
        assertThat(apply(list.formatted("date"))).contains("unknown field \"date\" in io.k8s.api.core.v1.ConfigMap");
        assertThat(kubectl(list.formatted("data"), "replace", "-f", "-")).contains("configmap/b replaced");
    }

    @Test
    void namesKindsThatThereAreNot() throws Exception {
        assertThat(apply("{apiVersion: apps/v1, kind: Gizmo, metadata: {name: a}}"))
                .contains("no matches for kind \"Gizmo\" in version \"apps/v1\"");
        assertThat(apply("{apiVersion: example.com/v1, kind: Gizmo, metadata: {name: a}}"))
                .contains("no matches for kind \"Gizmo\" in version \"example.com/v1\"");
    }

    @Test
    void makesWhatCanOnlyBeMade() throws Exception {
        var review = "{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectAccessReview,"
                + " spec: {resourceAttributes: {verb: get, resource: pods}}}";
        assertThat(kubectl(review, "create", "-f", "-", "-o", "jsonpath={.status.allowed}"))
                .isEqualTo("true");
        var token = "{apiVersion: smarter.io/v1, kind: JoinToken, metadata: {name: cam1}, spec: {ttlSeconds: 60}}";
        assertThat(kubectl(token, "create", "-f", "-", "-o", "jsonpath={.status.token}"))
                .startsWith("smt1.");
        assertThat(kubectl(token, "create", "-f", "-", "--dry-run=server", "-o", "jsonpath={.metadata.name}{.status}"))
                .isEqualTo("cam1");
        assertThat(kubectl(token.replace("ttlSeconds", "ttl"), "create", "-f", "-"))
                .contains("unknown field \"ttl\" in io.smarter.v1.JoinTokenSpec");
    }

    @Test
    void changesObjectsInEveryWay() throws Exception {
        assertThat(kubectl("create configmap a --from-literal=x=1")).isEqualTo("configmap/a created\n");
        assertThat(kubectl("label cm a l=1")).isEqualTo("configmap/a labeled\n");
        assertThat(kubectl("annotate cm a n=1")).isEqualTo("configmap/a annotated\n");
        assertThat(kubectl("", "patch", "cm", "a", "-p", "{\"data\":{\"y\":\"2\"}}"))
                .isEqualTo("configmap/a patched\n");
        assertThat(kubectl("", "patch", "cm", "a", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/data/x\"}]"))
                .isEqualTo("configmap/a patched\n");
        assertThat(kubectl("get cm -l l=1 -o jsonpath={.items[*].data}")).isEqualTo("{\"y\":\"2\"}");
        assertThat(kubectl("create secret generic s --from-literal=k=v")).isEqualTo("secret/s created\n");
        assertThat(kubectl("get secret s -o jsonpath={.data.k}")).isEqualTo("dg==");
        assertThat(kubectl("create ns farm")).isEqualTo("namespace/farm created\n");
        assertThat(kubectl("-n farm create sa robot")).isEqualTo("serviceaccount/robot created\n");
        assertThat(kubectl("delete cm --all")).isEqualTo("configmap \"a\" deleted\n");
    }

    @Test
    void showsTablesOfNodesAndPods() throws Exception {
        apply("{apiVersion: v1, kind: Node, metadata: {name: cam1, labels: {smarter.type: edge}}}");
        apply("""
                {apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: p}},
                 spec: {nodeName: cam1, containers: [{name: c, image: busybox}]}}""");
        apply("""
                {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web},
                 spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}},
                  spec: {containers: [{name: c, image: busybox}]}}}}""");
        assertThat(kubectl("get nodes")).containsPattern("NAME +STATUS +ROLES +AGE +VERSION\ncam1 +Unknown +<none> ");
        assertThat(kubectl("get pods -o wide"))
                .containsPattern("NAME +READY +STATUS +RESTARTS +AGE +IP +NODE ")
                .containsPattern("\np +0/1 +Pending +0 .* <none> +cam1 ");
        assertThat(kubectl("get pods -A --field-selector=spec.nodeName=cam1")).containsPattern("default +p ");
        assertThat(kubectl("get all")).contains("pod/p ", "daemonset.apps/web ");
        assertThat(kubectl("describe node cam1")).containsPattern("default +p +0 ");
        assertThat(kubectl("set image ds/web c=busybox:2")).isEqualTo("daemonset.apps/web image updated\n");
        assertThat(kubectl("cordon cam1")).isEqualTo("node/cam1 cordoned\n");
        assertThat(kubectl("get no cam1 --no-headers")).contains("Unknown,SchedulingDisabled");
    }

    @Test
    void waitsForTheEndOfAPodThatItDeletes() throws Exception {
        apply(
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: cam1, containers: [{name: c, image: i}]}}");
        assertThat(kubectl("delete pod p --timeout=1s")).contains("timed out waiting for the condition on pods/p");
        assertThat(kubectl("get pods --no-headers")).contains("Terminating");
        assertThat(kubectl("delete pod p --force --grace-period=0")).contains("pod \"p\" force deleted");
    }

    @Test
    void drainsNodes() throws Exception {
        apply("{apiVersion: v1, kind: Node, metadata: {name: cam1}}");
        apply(
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: cam1, containers: [{name: c, image: i}]}}");
        kubectl("", "patch", "pod", "p", "--subresource=status", "-p", "{\"status\":{\"phase\":\"Succeeded\"}}");
        assertThat(kubectl("drain cam1 --force"))
                .contains("evicting pod default/p", "pod/p evicted", "node/cam1 drained");
        assertThat(kubectl("get pods")).contains("No resources found");
    }

    @Test
    void watchesUntilAConditionHolds() throws Exception {
        apply(
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: cam1, containers: [{name: c, image: i}]}}");
        var patch = Thread.ofVirtual().start(() -> {
            try {
                kubectl("", "patch", "pod", "p", "--subresource=status", "-p", "{\"status\":{\"phase\":\"Running\"}}");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(kubectl("wait --for=jsonpath={.status.phase}=Running pod/p --timeout=30s"))
                .isEqualTo("pod/p condition met\n");
        patch.join();
    }

    @Test
    void tellsWhatIsWrong() throws Exception {
        var pod = "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {%s}}";
        assertThat(apply(pod.formatted("p", "foo: 1"))).contains("unknown field \"spec.foo\"");
        assertThat(apply(pod.formatted("p", "containers: []"))).contains("spec.containers: Required value");
        assertThat(apply(pod.formatted("A_b", "containers: [{name: c, image: i}]")))
                .contains("metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain");
        assertThat(apply(pod.formatted("p", "containers: x"))).contains("cannot unmarshal string into Go struct field");
        assertThat(kubectl("get pod x")).isEqualTo("Error from server (NotFound): pods \"x\" not found\n");
        assertThat(kubectl("delete ns default")).contains("(Forbidden): namespaces \"default\" is forbidden");
    }
}
