package io.smarter.controllers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All controllers together, against a server over real TLS that tells of changes late. */
class ControllersTest {
    private static final int NODES = 40;

    @TempDir
    static Path folder;

    private static TlsIdentity identity;

    private ServedCluster served;
    private FakeCluster cluster;
    private Controllers controllers;
    private Thread kubelets;

    @BeforeAll
    static void makeIdentity() throws Exception {
        identity = TestIdentity.make(folder);
    }

    @BeforeEach
    void start() throws IOException {
        served = ServedCluster.start(identity);
        cluster = served.cluster();
        cluster.put("namespaces", namespace("farm"));
        controllers = Controllers.start(served.client(), Controllers.Options.of("PEM"));
        kubelets = Thread.ofVirtual().start(this::runPods);
    }

    @AfterEach
    void stop() throws InterruptedException {
        kubelets.interrupt();
        kubelets.join();
        controllers.close();
        served.close();
        assertThat(cluster.violations).isEmpty();
    }

    @Test
    void everyMatchingNodeHasOnePodWhicheverComesFirst() throws Exception {
        addNodes(0, NODES / 2);
        cluster.put("daemonsets", daemonSet("image:1"));
        addNodes(NODES / 2, NODES);
        cluster.put("nodes", node("other", Json.obj()));
        await(() -> status("numberAvailable") == NODES);
        assertThat(nodesWithPods()).hasSize(NODES).doesNotContain("other");
        cluster.put("nodes", node("n1", Json.obj()));
        await(() -> !nodesWithPods().contains("n1") && status("numberAvailable") == NODES - 1);
        assertThat(cluster.all("pods")).hasSize(NODES - 1);
    }

    @Test
    void anUpdateReplacesAFewPodsAtATime() throws Exception {
        addNodes(0, NODES);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == NODES);
        cluster.leastReady = NODES - NODES / 10;
        cluster.put("daemonsets", daemonSet("image:2").withAt(Json.of(2), "metadata", "generation"));
        await(() -> status("observedGeneration") == 2
                && status("updatedNumberScheduled") == NODES
                && status("numberAvailable") == NODES);
        assertThat(images()).containsExactly("image:2");
        cluster.put("daemonsets", daemonSet("image:1").withAt(Json.of(3), "metadata", "generation"));
        await(() -> status("observedGeneration") == 3
                && status("updatedNumberScheduled") == NODES
                && status("numberAvailable") == NODES);
        assertThat(images()).containsExactly("image:1");
        assertThat(cluster.all("controllerrevisions"))
                .extracting(one -> one.number(0, "revision"))
                .containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void aSurgeKeepsEveryNodeServed() throws Exception {
        addNodes(0, NODES);
        cluster.surge = 1;
        cluster.put("daemonsets", surging("image:1"));
        await(() -> status("numberAvailable") == NODES);
        cluster.leastReady = NODES;
        cluster.put("daemonsets", surging("image:2").withAt(Json.of(2), "metadata", "generation"));
        await(() -> status("observedGeneration") == 2 && status("updatedNumberScheduled") == NODES);
        await(() -> cluster.all("pods").size() == NODES);
        assertThat(images()).containsExactly("image:2");
    }

    @Test
    void eventsTellWhatIsDoneAndCountWhatRepeats() throws Exception {
        addNodes(0, NODES);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> events("SuccessfulCreate") == NODES);
        assertThat(cluster.all("events")).hasSizeLessThan(NODES / 2).allSatisfy(event -> {
            assertThat(event.text("involvedObject", "kind")).isEqualTo("DaemonSet");
            assertThat(event.text("involvedObject", "name")).isEqualTo("sensor");
            assertThat(event.text("source", "component")).isEqualTo("daemonset-controller");
            assertThat(event.textOrEmpty("message"))
                    .matches("(\\(combined from similar events\\): )?Created pod: sensor-.*");
        });
        cluster.put("nodes", node("n1", Json.obj()));
        await(() -> events("SuccessfulDelete") == 1);
        cluster.refusal = "no room";
        cluster.put("nodes", node("n1", Json.obj("demo", "enabled")));
        await(() -> events("FailedCreate") >= 1);
        cluster.refusal = "";
        await(() -> status("numberAvailable") == NODES);
    }

    private long events(String reason) {
        return cluster.all("events").stream()
                .filter(event -> event.textOrEmpty("reason").equals(reason))
                .mapToLong(event -> event.number(0, "count"))
                .sum();
    }

    @Test
    void dependantsGoWithTheirOwner() throws Exception {
        addNodes(0, 5);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == 5);
        cluster.remove("daemonsets", "farm", "sensor");
        await(() -> cluster.all("pods").isEmpty()
                && cluster.all("controllerrevisions").isEmpty());
    }

    @Test
    void orphansAreLeftAndTakenUpAgain() throws Exception {
        addNodes(0, 5);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == 5);
        var before = uids();
        var deleted = daemonSet("image:1")
                .withAt(Json.arr("orphan"), "metadata", "finalizers")
                .withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp");
        cluster.put("daemonsets", deleted);
        await(() -> cluster.find("daemonsets", "farm", "sensor") == null);
        assertThat(uids()).isEqualTo(before);
        assertThat(cluster.all("pods")).allMatch(pod -> Owners.references(pod).isEmpty());
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == 5);
        assertThat(uids()).isEqualTo(before);
    }

    @Test
    void namespacesGetTheirDefaultsAndAreEmptied() throws Exception {
        await(() -> cluster.find("serviceaccounts", "farm", "default") != null
                && cluster.find("configmaps", "farm", "kube-root-ca.crt") != null);
        addNodes(0, 3);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == 3);
        cluster.put(
                "namespaces",
                namespace("farm").withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp"));
        await(() -> cluster.find("namespaces", "", "farm") == null);
        for (var resource : List.of("pods", "daemonsets", "controllerrevisions", "configmaps", "serviceaccounts"))
            assertThat(cluster.all(resource)).as(resource).isEmpty();
    }

    @Test
    void aNamespaceSaysWhatHoldsIt() throws Exception {
        await(() -> cluster.find("configmaps", "farm", "kube-root-ca.crt") != null
                && cluster.find("serviceaccounts", "farm", "default") != null);
        var held = Json.obj("name", "held", "namespace", "farm", "finalizers", List.of("x.io/y"));
        cluster.put("configmaps", Json.obj("metadata", held));
        cluster.put(
                "namespaces",
                namespace("farm").withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp"));
        await(() -> !conditions("farm").isEmpty());
        assertThat(conditions("farm"))
                .extracting(condition -> condition.text("type"), condition -> condition.text("message"))
                .contains(
                        tuple(
                                "NamespaceContentRemaining",
                                "Some resources are remaining: configmaps. has 1 resource instances"),
                        tuple(
                                "NamespaceFinalizersRemaining",
                                "Some content in the namespace has finalizers remaining: x.io/y in 1 resource instances"));
        assertThat(cluster.find("namespaces", "", "farm")).isNotNull();
    }

    @Test
    void whatPodsUseStaysForAsLongAsTheyDo() throws Exception {
        await(() -> cluster.find("configmaps", "farm", "kube-root-ca.crt") != null);
        var held = Json.obj("name", "held", "namespace", "farm", "finalizers", List.of("x.io/y"));
        cluster.put("pods", Json.obj("metadata", held));
        cluster.put(
                "namespaces",
                namespace("farm").withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp"));
        await(() -> !conditions("farm").isEmpty());
        assertThat(conditions("farm"))
                .extracting(condition -> condition.text("type"), condition -> condition.text("status"))
                .containsExactly(
                        tuple("NamespaceDeletionDiscoveryFailure", "False"),
                        tuple("NamespaceDeletionGroupVersionParsingFailure", "False"),
                        tuple("NamespaceDeletionContentFailure", "False"),
                        tuple("NamespaceContentRemaining", "True"),
                        tuple("NamespaceFinalizersRemaining", "True"));
        assertThat(cluster.find("configmaps", "farm", "kube-root-ca.crt")).isNotNull();
        cluster.remove("pods", "farm", "held");
        await(() -> cluster.find("namespaces", "", "farm") == null);
    }

    private List<Json> conditions(String namespace) {
        var object = cluster.find("namespaces", "", namespace);
        return object == null ? List.of() : object.items("status", "conditions");
    }

    @Test
    void aNodeThatIsNotHeardOfKeepsItsPods() throws Exception {
        controllers.close();
        controllers =
                Controllers.start(served.client(), Controllers.Options.of("PEM").withNodeGrace(Duration.ofSeconds(1)));
        addNodes(0, 2);
        controllers.liveness().connected("n0", true);
        controllers.liveness().connected("n1", true);
        cluster.put("daemonsets", daemonSet("image:1"));
        await(() -> status("numberAvailable") == 2);
        var before = uids();
        controllers.liveness().connected("n1", false);
        await(() -> status("numberReady") == 1);
        assertThat(Conditions.status(requireNonNull(cluster.find("nodes", "", "n1")), "Ready"))
                .isEqualTo("Unknown");
        assertThat(uids()).isEqualTo(before);
    }

    // ---- objects

    private void addNodes(int from, int to) {
        for (int i = from; i < to; i++) cluster.put("nodes", node("n" + i, Json.obj("demo", "enabled")));
    }

    private static Json.Obj node(String name, Json.Obj labels) {
        return Json.obj("metadata", Json.obj("name", name, "labels", labels));
    }

    private static Json.Obj namespace(String name) {
        return Json.obj("metadata", Json.obj("name", name), "spec", Json.obj("finalizers", List.of("kubernetes")));
    }

    private static Json.Obj daemonSet(String image) {
        var container = Json.obj("name", "main", "image", image);
        var spec = Json.obj("nodeSelector", Json.obj("demo", "enabled"), "containers", List.of(container));
        var labels = Json.obj("app", "sensor");
        return Json.obj(
                "apiVersion",
                "apps/v1",
                "metadata",
                Json.obj("name", "sensor", "namespace", "farm", "generation", 1),
                "spec",
                Json.obj(
                        "selector", Json.obj("matchLabels", labels),
                        "template", Json.obj("metadata", Json.obj("labels", labels), "spec", spec),
                        "updateStrategy", Json.obj("rollingUpdate", Json.obj("maxUnavailable", "10%"))));
    }

    private static Json.Obj surging(String image) {
        var rolling = Json.obj("maxUnavailable", 0, "maxSurge", "10%");
        return daemonSet(image).withAt(Json.obj("rollingUpdate", rolling), "spec", "updateStrategy");
    }

    private long status(String member) {
        var object = cluster.find("daemonsets", "farm", "sensor");
        return object == null ? -1 : object.number(-1, "status", member);
    }

    private Set<String> nodesWithPods() {
        return pods("spec", "nodeName");
    }

    private Set<String> uids() {
        return pods("metadata", "uid");
    }

    private Set<String> images() {
        return cluster.all("pods").stream()
                .map(pod -> pod.items("spec", "containers").getFirst().textOrEmpty("image"))
                .collect(Collectors.toSet());
    }

    private Set<String> pods(String... path) {
        return cluster.all("pods").stream().map(pod -> pod.textOrEmpty(path)).collect(Collectors.toSet());
    }

    private void runPods() {
        try {
            while (true) {
                cluster.runPods();
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end)
                throw new AssertionError("not in 30 s; violations %s, %s, %d pods"
                        .formatted(
                                cluster.violations,
                                cluster.find("daemonsets", "farm", "sensor"),
                                cluster.all("pods").size()));
            Thread.sleep(2);
        }
    }
}
