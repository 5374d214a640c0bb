package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Applications on one gateway find each other and are kept apart: smarter edge, as {@code up} deploys it. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SERVE = "while true; do echo hello | nc -l -p 8080; done";

    private Edge edge;
    private Path data = Path.of("");

    @BeforeAll
    void up(@TempDir Path folder) throws Exception {
        edge = new Edge(folder, 16461);
        data = folder.resolve("data");
        for (var namespace : new String[] {"farm", "shop"}) edge.kubectl("create", "namespace", namespace);
        pod("cam", "farm", "\"hostname\":\"cam1\",", SERVE);
        pod("user", "farm", "", "sleep 100000");
        pod("stranger", "shop", "", "sleep 100000");
        pod("broker-pod", "farm", "\"hostNetwork\":true,", "while true; do echo host | nc -l -p 18083; done");
        for (var name : new String[] {"cam", "user", "broker-pod"}) awaitReady(name, "farm");
        awaitReady("stranger", "shop");
    }

    @AfterAll
    void down() throws Exception {
        if (edge != null) edge.close();
    }

    private void pod(String name, String namespace, String spec, String script) throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","namespace":"%2$s",
                 "labels":{"app":"%1$s","name":"%3$s"}},
                 "spec":{%4$s"nodeName":"gateway-1","terminationGracePeriodSeconds":1,"tolerations":[{"operator":"Exists"}],
                 "containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","%5$s"],
                 "ports":[{"name":"web","containerPort":8080}]}]}}""".formatted(name, namespace, name.replace("-pod", ""), spec, script));
    }

    private void awaitReady(String pod, String namespace) throws Exception {
        edge.kubectl("wait", "-n", namespace, "--for=condition=Ready", "pod/" + pod, "--timeout=60s");
    }

    private Run.Result sh(String namespace, String pod, String script) throws Exception {
        return edge.attempt("exec", "-n", namespace, pod, "--", "sh", "-c", script);
    }

    private boolean reaches(String namespace, String pod, String host, int port) throws Exception {
        return sh(namespace, pod, "nc -w 2 %s %d </dev/null".formatted(host, port))
                        .status()
                == 0;
    }

    @Test
    @Order(1)
    void aNameResolvesAtTheFirstInstruction() throws Exception {
        for (int i = 0; i < 5; i++) {
            var name = "first" + i;
            edge.apply("""
                    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","namespace":"farm"},
                     "spec":{"hostname":"host-of-%1$s","nodeName":"gateway-1","restartPolicy":"Never",
                     "tolerations":[{"operator":"Exists"}],"containers":[
                     {"name":"self","image":"busybox:1.36","command":["nslookup","host-of-%1$s.farm.svc.cluster.local"]},
                     {"name":"peer","image":"busybox:1.36","command":["nslookup","cam1.farm.svc.cluster.local"]}]}}""".formatted(name));
            edge.kubectl(
                    "wait", "-n", "farm", "--for=jsonpath={.status.phase}=Succeeded", "pod/" + name, "--timeout=60s");
            edge.kubectl("delete", "-n", "farm", "pod", name);
        }
    }

    @Test
    @Order(2)
    void namesAreThoseThatUsersRelyOn() throws Exception {
        var address = edge.kubectl("get", "-n", "farm", "pod", "cam", "-o", "jsonpath={.status.podIP}");
        for (var name :
                new String[] {"cam1", "cam1.farm.svc.cluster.local", "cam1.svc.cluster.local", "CAM1.cluster.local"})
            assertThat(sh("farm", "user", "nslookup " + name).ok()).as(name).contains("Address: " + address);
        assertThat(sh("farm", "user", "nslookup " + address).ok()).contains("cam1.farm.svc.cluster.local");
        assertThat(sh("farm", "user", "nslookup user2.farm.svc.cluster.local").out())
                .contains("NXDOMAIN");
    }

    @Test
    @Order(3)
    void podsOfTheNodesNetworkAreReachedByTheirLabelAndReachOthers() throws Exception {
        assertThat(sh("farm", "user", "nc -w 2 broker 18083 </dev/null").ok()).isEqualTo("host\n");
        assertThat(reaches("farm", "broker-pod", "cam1.farm.svc.cluster.local", 8080))
                .as("by name")
                .isFalse();
        pod("dual-pod", "farm", "\"hostNetwork\":true,\"dnsPolicy\":\"ClusterFirstWithHostNet\",", "sleep 100000");
        awaitReady("dual-pod", "farm");
        assertThat(sh("farm", "dual-pod", "nc -w 2 cam1 8080 </dev/null").ok()).isEqualTo("hello\n");
    }

    @Test
    @Order(4)
    void aServiceIsItsPodsOfThisGateway() throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"cams","namespace":"farm"},
                 "spec":{"selector":{"app":"cam"},"ports":[{"name":"http","port":80,"targetPort":"web"}]}}""");
        var address = edge.kubectl("get", "-n", "farm", "pod", "cam", "-o", "jsonpath={.status.podIP}");
        Run.until(
                "the service resolves",
                PATIENCE,
                () -> sh("farm", "user", "nslookup cams").out().contains(address));
        assertThat(sh("farm", "user", "nslookup -type=srv _http._tcp.cams.farm.svc.cluster.local")
                        .ok())
                .contains("8080");
        edge.kubectl("delete", "-n", "farm", "service", "cams");
        Run.until(
                "the service is gone",
                PATIENCE,
                () -> !sh("farm", "user", "nslookup cams").out().contains(address));
    }

    @Test
    @Order(5)
    void namespacesAreKeptApartUnlessAPolicyAllows() throws Exception {
        assertThat(reaches("farm", "user", "cam1", 8080)).isTrue();
        assertThat(reaches("shop", "stranger", "cam1.farm.svc.cluster.local", 8080))
                .isFalse();
        edge.apply("""
                {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"open","namespace":"farm"},
                 "spec":{"podSelector":{"matchLabels":{"app":"cam"}},"ingress":[{"from":[{"namespaceSelector":
                 {"matchLabels":{"kubernetes.io/metadata.name":"shop"}}}],"ports":[{"port":"web"}]}]}}""");
        Run.until(
                "the policy lets a stranger in",
                PATIENCE,
                () -> reaches("shop", "stranger", "cam1.farm.svc.cluster.local", 8080));
        assertThat(reaches("farm", "user", "cam1", 8080))
                .as("whom the policy does not name")
                .isFalse();
        edge.kubectl("delete", "-n", "farm", "networkpolicy", "open");
        Run.until("it is as before", PATIENCE, () -> reaches("farm", "user", "cam1", 8080));
        edge.apply("""
                {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"closed","namespace":"farm"},
                 "spec":{"podSelector":{"matchLabels":{"app":"user"}},"policyTypes":["Egress"]}}""");
        Run.until("nothing may go out", PATIENCE, () -> !reaches("farm", "user", "cam1", 8080));
        assertThat(reaches("farm", "user", "broker", 18083)).as("the node").isFalse();
        assertThat(sh("farm", "user", "nslookup cam1").out()).as("names").contains("cam1.farm.svc.cluster.local");
        edge.kubectl("delete", "-n", "farm", "networkpolicy", "closed");
    }

    @Test
    @Order(6)
    void hostPortsAndLimitsReachThePluginByTheRuntime() throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"slow","namespace":"farm","annotations":
                 {"kubernetes.io/ingress-bandwidth":"8M","kubernetes.io/egress-bandwidth":"1M"}},
                 "spec":{"nodeName":"gateway-1","terminationGracePeriodSeconds":1,"tolerations":[{"operator":"Exists"}],
                 "containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","%s"],
                 "ports":[{"containerPort":8080,"hostPort":18080}]}]}}""".formatted(SERVE));
        awaitReady("slow", "farm");
        assertThat(edge.run().run("tc", "qdisc").ok()).contains("rate 8Mbit").contains("rate 1Mbit");
        var node = edge.kubectl("get", "-n", "farm", "pod", "slow", "-o", "jsonpath={.status.hostIP}");
        for (var address : new String[] {"127.0.0.1", node})
            assertThat(edge.run().run("nc", "-w", "2", address, "18080").ok())
                    .as(address)
                    .isEqualTo("hello\n");
    }

    @Test
    @Order(7)
    void uplinksAndBytesAreShown() throws Exception {
        var net = Json.parse(edge.run().run("./smarter", "net", "-o", "json").ok());
        var pods =
                net.items("pods").stream().map(pod -> pod.textOrEmpty("name")).toList();
        assertThat(pods).contains("cam", "user", "stranger").doesNotContain("broker-pod");
        assertThat(edge.run().run("./smarter", "net").ok()).contains("UPLINK").contains("farm");
    }

    @Test
    @Order(8)
    void theNetworkGoesWithItsDaemonSet() throws Exception {
        edge.kubectl("delete", "pod", "--all", "-n", "farm");
        var configs = data.resolve("cni/net.d");
        edge.kubectl("delete", "daemonset", "-n", "kube-system", "smarter-edge");
        Run.until(
                "new pods are refused", PATIENCE, () -> Files.notExists(configs.resolve("0-smarter-bridge.conflist")));
        edge.kubectl("delete", "pod", "-n", "shop", "stranger", "--timeout=60s");
        edge.up();
        Run.until("it is back", PATIENCE, () -> Files.exists(configs.resolve("0-smarter-bridge.conflist")));
        edge.kubectl("delete", "daemonset", "-n", "kube-system", "smarter-edge");
        Run.until("nothing is left", PATIENCE, () -> {
            try (var files = Files.list(configs)) {
                return files.findAny().isEmpty() && Files.notExists(Path.of("/sys/class/net/smartnet0"));
            }
        });
    }
}
