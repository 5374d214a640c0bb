package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What node {@code cam1} may do; its own pod is {@code mine}, that of another is {@code other}. */
class AuthorizationTest {
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

    @TempDir
    Path folder;

    private TestApi api;
    private List<X509Certificate> node = List.of();

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
        node = api.node("cam1");
        for (var name : List.of("cam1", "cam2")) api.create("/api/v1/nodes", node(name));
        for (var name : List.of("needed", "unneeded")) {
            api.create(DEFAULT + "secrets", "{\"metadata\":{\"name\":\"%s\"}}".formatted(name));
            api.create(DEFAULT + "configmaps", TestApi.configMap(name));
        }
        api.create(DEFAULT + "pods", TestApi.pod("mine", "cam1", "needed"));
        api.create(DEFAULT + "pods", TestApi.pod("other", "cam2", "unneeded"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String node(String name) {
        return "{\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    /** Its pod claims storage of one volume, and nobody's claims that of another. */
    private void claim() {
        for (var name : List.of("claimed", "unclaimed")) {
            api.create(DEFAULT + "persistentvolumeclaims", """
                    {"metadata":{"name":"%s"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1"}}}}""".formatted(name));
            api.create("/api/v1/persistentvolumes", """
                    {"metadata":{"name":"%s"},"spec":{"capacity":{"storage":"1"},"accessModes":["ReadWriteOnce"],
                     "hostPath":{"path":"/d"},"claimRef":{"namespace":"default","name":"%1$s"}}}""".formatted(name));
        }
        var volume = Json.parse("[{\"name\":\"d\",\"persistentVolumeClaim\":{\"claimName\":\"claimed\"}}]");
        var pod = (Json.Obj) Json.parse(TestApi.pod("claims", "cam1"));
        api.create(DEFAULT + "pods", pod.withAt(volume, "spec", "volumes").compact());
    }

    @Test
    void mayReadTheStorageThatItsPodsClaim() {
        claim();
        for (var path : List.of(DEFAULT + "persistentvolumeclaims/", "/api/v1/persistentvolumes/")) {
            assertThat(api.as(node, "GET", path + "claimed", "").status).isEqualTo(200);
            assertThat(api.as(node, "GET", path + "unclaimed", "").status).isEqualTo(403);
            assertThat(api.as(node, "DELETE", path + "claimed", "").status).isEqualTo(403);
        }
        assertThat(api.as(node, "GET", "/apis/node.k8s.io/v1/runtimeclasses", "").status)
                .isEqualTo(200);
    }

    static Stream<Arguments> requests() {
        var lease = "{\"metadata\":{\"name\":\"%s\"}}";
        var event = "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{\"namespace\":\"default\"}}";
        return Stream.of(
                argumentSet("its node", "GET", "/api/v1/nodes/cam1", "", 200),
                argumentSet("nodes of others than Kubernetes", "GET", "/apis/acme.com/v1/nodes/cam1", "", 403),
                argumentSet("another node", "GET", "/api/v1/nodes/cam2", "", 403),
                argumentSet("all nodes", "GET", "/api/v1/nodes", "", 403),
                argumentSet("its node by name", "GET", "/api/v1/nodes?fieldSelector=metadata.name%3Dcam1", "", 200),
                argumentSet(
                        "label its node",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}",
                        200),
                argumentSet("label another node", "PATCH", "/api/v1/nodes/cam2", "{}", 403),
                argumentSet(
                        "a label that is not its own",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"node-restriction.kubernetes.io/a\":\"b\"}}}",
                        403),
                argumentSet(
                        "nor one below",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"x.node-restriction.kubernetes.io/a\":\"b\"}}}",
                        403),
                argumentSet(
                        "nor a role",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"node-role.kubernetes.io/edge\":\"b\"}}}",
                        403),
                argumentSet(
                        "what it has seen of itself",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"kubernetes.io/arch\":\"b\"}}}",
                        200),
                argumentSet(
                        "the version of its agent that runs",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"labels\":{\"smarter.io/agent-running\":\"v1\"},"
                                + "\"annotations\":{\"smarter.io/agent-problem\":\"v2: bad\"}}}",
                        200),
                argumentSet(
                        "the version of its agent that is wanted",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"metadata\":{\"annotations\":{\"smarter.io/agent-version\":\"v1\"}}}",
                        403),
                argumentSet(
                        "its taints",
                        "PATCH",
                        "/api/v1/nodes/cam1",
                        "{\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoSchedule\"}]}}",
                        403),
                argumentSet("evict its pod", "POST", DEFAULT + "pods/mine/eviction", "{}", 403),
                argumentSet("its status", "PATCH", "/api/v1/nodes/cam1/status", "{\"status\":{}}", 200),
                argumentSet("another status", "PATCH", "/api/v1/nodes/cam2/status", "{\"status\":{}}", 403),
                argumentSet("register itself", "POST", "/api/v1/nodes", node("cam1"), 409),
                argumentSet("register another", "POST", "/api/v1/nodes", node("cam3"), 403),
                argumentSet("delete its node", "DELETE", "/api/v1/nodes/cam1", "", 403),
                argumentSet("its pods", "GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dcam1", "", 200),
                argumentSet("pods of another", "GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dcam2", "", 403),
                argumentSet("all pods", "GET", "/api/v1/pods", "", 403),
                argumentSet("pods not of another", "GET", "/api/v1/pods?fieldSelector=spec.nodeName!%3Dcam2", "", 403),
                argumentSet("its pod", "GET", DEFAULT + "pods/mine", "", 200),
                argumentSet("another pod", "GET", DEFAULT + "pods/other", "", 403),
                argumentSet("no pod", "GET", DEFAULT + "pods/none", "", 404),
                argumentSet("make a pod", "POST", DEFAULT + "pods", TestApi.pod("x", "cam1"), 403),
                argumentSet("change its pod", "PATCH", DEFAULT + "pods/mine", "{}", 403),
                argumentSet(
                        "status of its pod",
                        "PATCH",
                        DEFAULT + "pods/mine/status",
                        "{\"status\":{\"phase\":\"Running\"}}",
                        200),
                argumentSet("status of another pod", "PATCH", DEFAULT + "pods/other/status", "{\"status\":{}}", 403),
                argumentSet("end its pod", "DELETE", DEFAULT + "pods/mine", "{\"gracePeriodSeconds\":0}", 200),
                argumentSet("end another pod", "DELETE", DEFAULT + "pods/other", "", 403),
                argumentSet("end all pods", "DELETE", DEFAULT + "pods", "", 403),
                argumentSet("exec in its pod", "POST", DEFAULT + "pods/mine/exec", "", 403),
                argumentSet("secret of its pod", "GET", DEFAULT + "secrets/needed", "", 200),
                argumentSet("secret of another pod", "GET", DEFAULT + "secrets/unneeded", "", 403),
                argumentSet(
                        "secret of another namespace", "GET", "/api/v1/namespaces/kube-system/secrets/needed", "", 403),
                argumentSet(
                        "its secret by name", "GET", DEFAULT + "secrets?fieldSelector=metadata.name%3Dneeded", "", 200),
                argumentSet("all secrets", "GET", DEFAULT + "secrets", "", 403),
                argumentSet(
                        "that name everywhere", "GET", "/api/v1/secrets?fieldSelector=metadata.name%3Dneeded", "", 403),
                argumentSet("write its secret", "PATCH", DEFAULT + "secrets/needed", "{}", 403),
                argumentSet("config map of no pod", "GET", DEFAULT + "configmaps/needed", "", 403),
                argumentSet("an event", "POST", DEFAULT + "events", event, 201),
                argumentSet("read events", "GET", DEFAULT + "events", "", 403),
                argumentSet("its lease", "POST", LEASES, lease.formatted("cam1"), 201),
                argumentSet("another lease", "POST", LEASES, lease.formatted("cam2"), 403),
                argumentSet(
                        "a lease elsewhere",
                        "POST",
                        LEASES.replace("kube-node-lease", "default"),
                        lease.formatted("cam1"),
                        403),
                argumentSet("namespaces", "GET", "/api/v1/namespaces/default", "", 403),
                argumentSet("services", "GET", DEFAULT + "services", "", 403),
                argumentSet("daemon sets", "GET", "/apis/apps/v1/daemonsets", "", 403),
                argumentSet("tokens", "POST", "/apis/smarter.io/v1/jointokens", node("cam3"), 403),
                argumentSet("discovery", "GET", "/apis", "", 200));
    }

    @Test
    void tellsWhoseCertificateExpiredThatItIsNobodys() throws Exception {
        for (var path : List.of("/api/v1/nodes", "/version", "/apis"))
            for (var useless : List.of("", "Basic YTpi", "Bearer", "Bearer  "))
                assertThat(withExpired(path, useless)).as(path + " " + useless).isEqualTo(401);
    }

    @Test
    void aTokenIsAsGoodWithACertificateThatExpired() throws Exception {
        var asked = api.ask("POST", DEFAULT + "serviceaccounts/default/token", "{\"spec\":{\"audiences\":[]}}");
        var token = asked.json().textOrEmpty("status", "token");
        assertThat(withExpired("/version", "Bearer " + token)).isEqualTo(200);
        assertThat(withExpired("/version", "Bearer no")).isEqualTo(401);
    }

    private int withExpired(String path, String authorization) throws Exception {
        var headers = authorization.isEmpty() ? new Headers() : Headers.of("authorization", authorization);
        var exchange = new FakeExchange("GET", path, headers, new byte[0], List.of());
        exchange.expired = api.node("edge");
        api.server.handle(exchange);
        return exchange.status;
    }

    @ParameterizedTest
    @MethodSource("requests")
    void nodeMayDoWhatItsPodsNeedAndNoMore(String method, String target, String body, int code) {
        var type = method.equals("PATCH") ? MERGE_PATCH : "application/json";
        var exchange = api.as(node, method, target, body, Headers.of("content-type", type));
        assertThat(exchange.status).as(exchange.json().compact()).isEqualTo(code);
        if (code == 403) assertThat(exchange.json().text("reason")).isEqualTo("Forbidden");
    }

    @Test
    void watchesAreLimitedLikeLists() {
        for (var target : List.of("/api/v1/pods?watch=1", "/api/v1/nodes?watch=1", DEFAULT + "secrets?watch=1"))
            assertThat(api.as(node, "GET", target, "").status).as(target).isEqualTo(403);
    }

    @Test
    void mayReadASecretWhileAPodOfItsOwnNeedsIt() {
        api.create(DEFAULT + "pods", TestApi.pod("late", "cam1", "unneeded"));
        awaitSecretAnswers(200);
        api.ask("DELETE", DEFAULT + "pods/late", "{\"gracePeriodSeconds\":0}");
        awaitSecretAnswers(403);
    }

    /** What a node may read follows the pods' events, which come right after the reply to the write. */
    private void awaitSecretAnswers(int code) {
        int answer = 0;
        for (long until = System.nanoTime() + 10_000_000_000L; answer != code && System.nanoTime() < until; )
            answer = api.as(node, "GET", DEFAULT + "secrets/unneeded", "").status;
        assertThat(answer).isEqualTo(code);
    }

    @Test
    void refusalsAreWordedAsKubernetesDoes() {
        assertThat(api.as(node, "GET", DEFAULT + "secrets/unneeded", "").json().text("message"))
                .isEqualTo(
                        "secrets \"unneeded\" is forbidden: User \"system:node:cam1\" cannot get resource \"secrets\" in "
                                + "API group \"\" in the namespace \"default\": no relationship found between node 'cam1' and "
                                + "this object");
    }
}
