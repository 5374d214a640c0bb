package io.smarter.resources;

import static io.smarter.resources.TestPods.MEBI;
import static io.smarter.resources.TestPods.pod;
import static io.smarter.resources.TestPods.resources;
import static io.smarter.resources.TestPods.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.api.Pod.QosClass;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.linux.Load;
import io.smarter.linux.Memory;
import io.smarter.linux.NetworkLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryTest {
    private static final Instant NOW = Instant.parse("2026-11-24T06:00:00.250Z");

    private static NodeUsage node() {
        var all = new Consumption(TestPods.group(70 * MEBI, 7), 100);
        return new NodeUsage(
                "edge1",
                NOW,
                new Load(9_000_000_000L, 1_700_000_000, 300, 10_000),
                500_000_000,
                new Memory(1000 * MEBI, 300 * MEBI, 100 * MEBI, 200 * MEBI, 0, 0),
                List.of(new NetworkLink("wlan0", 1, 2, 3, 4)),
                all,
                TestPods.DISK,
                TestPods.DISK,
                77,
                List.of(usage(pod("p", 0, Json.Obj.EMPTY), 64 * MEBI, 20, 3)));
    }

    @Test
    void theNodeIsToldInTheKubeletsWords() {
        var node = Summary.of(node(), true).object("node");
        assertThat(node.text("nodeName")).isEqualTo("edge1");
        assertThat(node.object("cpu"))
                .isEqualTo(Json.obj(
                        "time",
                        "2026-11-24T06:00:00Z",
                        "usageNanoCores",
                        500_000_000,
                        "usageCoreNanoSeconds",
                        9_000_000_000L));
        assertThat(node.number(0, "memory", "availableBytes")).isEqualTo(400 * MEBI);
        assertThat(node.number(0, "memory", "workingSetBytes")).isEqualTo(600 * MEBI);
        assertThat(node.number(0, "fs", "usedBytes")).isEqualTo(500);
        assertThat(node.number(0, "fs", "inodesUsed")).isEqualTo(40);
        assertThat(node.number(0, "runtime", "imageFs", "usedBytes")).isEqualTo(77);
        assertThat(node.number(0, "rlimit", "curproc")).isEqualTo(300);
        assertThat(node.text("network", "name")).isEqualTo("wlan0");
        assertThat(node.items("systemContainers")).singleElement().satisfies(pods -> {
            assertThat(pods.text("name")).isEqualTo("pods");
            assertThat(pods.number(0, "memory", "workingSetBytes")).isEqualTo(70 * MEBI);
        });
    }

    @Test
    void podsAreToldWithTheirContainers() {
        var pod = Summary.of(node(), true).items("pods").getFirst();
        assertThat(pod.object("podRef")).isEqualTo(Json.obj("name", "p", "namespace", "default", "uid", "uid-p"));
        assertThat(pod.number(0, "ephemeral-storage", "usedBytes")).isEqualTo(21);
        assertThat(pod.number(0, "process_stats", "process_count")).isEqualTo(3);
        var container = pod.items("containers").getFirst();
        assertThat(container.number(0, "cpu", "usageNanoCores")).isEqualTo(250_000_000);
        assertThat(container.number(0, "memory", "workingSetBytes")).isEqualTo(64 * MEBI);
        assertThat(container.number(0, "rootfs", "usedBytes")).isEqualTo(20);
        assertThat(container.number(0, "logs", "usedBytes")).isEqualTo(1);
    }

    @Test
    void whoWantsOnlyProcessorsAndMemoryGetsNoMore() {
        var summary = Summary.of(node(), false);
        assertThat(summary.at("node", "fs")).isNull();
        assertThat(summary.items("pods").getFirst().at("ephemeral-storage")).isNull();
        assertThat(summary.compact()).contains("usageNanoCores").doesNotContain("usedBytes");
    }

    @Test
    void figuresStandTogetherByFamily() {
        var text = new String(ResourceMetrics.resource(node()).bytes(), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("# TYPE node_cpu_usage_seconds_total counter\nnode_cpu_usage_seconds_total 9.0\n")
                .contains("container_memory_working_set_bytes"
                        + "{container=\"main\",namespace=\"default\",pod=\"p\"} 67108864\n")
                .contains("container_start_time_seconds{container=\"main\",namespace=\"default\",pod=\"p\"} "
                        + "1795496400.000\n");
        var cadvisor = new String(ResourceMetrics.cadvisor(node(), 2).bytes(), StandardCharsets.UTF_8);
        assertThat(cadvisor)
                .contains("machine_cpu_cores 2\n")
                .contains("container_processes{container=\"main\",id=\"/kubepods/poduid-p/id-p\",image=\"img\","
                        + "name=\"id-p\",namespace=\"default\",pod=\"p\"} 3\n");
    }

    @Test
    void aLabelsValueIsEscaped() {
        var text = new Exposition().gauge("a", 1, "b", "x\"y\\z\n").bytes();
        assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("# TYPE a gauge\na{b=\"x\\\"y\\\\z\\n\"} 1\n");
    }

    @Test
    void aRateNeedsTwoReadingsNotTooNearAndNotTooFarApart() {
        var rates = new Rates();
        assertThat(rates.of("a", NOW, 1000)).isNegative();
        assertThat(rates.of("a", NOW.plusMillis(100), 9999)).isNegative();
        assertThat(rates.of("a", NOW.plusSeconds(2), 5000)).isEqualTo(2000);
        assertThat(rates.of("a", NOW.plusMillis(2100), 9999)).isEqualTo(2000);
        assertThat(rates.of("a", NOW.plus(Duration.ofMinutes(10)), 9999)).isNegative();
        assertThat(rates.of("a", NOW.plus(Duration.ofMinutes(11)), 1)).isNegative();
        rates.keepOnly(Set.of());
        assertThat(rates.of("a", NOW.plus(Duration.ofMinutes(12)), 2)).isNegative();
    }

    @Test
    void groupsAboveContainersAreLimitedAsTheKubeletLimitsThem() {
        var burstable = pod("b", 0, resources("cpu=250m memory=10Mi", "memory=20Mi"));
        var limits = PodLimits.of(burstable, 100);
        assertThat(limits.cpuShares()).isEqualTo(256);
        assertThat(limits.cpuQuota()).isZero();
        assertThat(limits.memory()).isEqualTo(20 * MEBI);
        assertThat(limits.pids()).isEqualTo(100);
        var guaranteed = PodLimits.of(pod("g", 0, resources("", "cpu=500m memory=10Mi hugepages-2Mi=4Mi")), 0);
        assertThat(guaranteed.cpuShares()).isEqualTo(512);
        assertThat(guaranteed.cpuQuota()).isEqualTo(50_000);
        assertThat(guaranteed.hugePages()).isEqualTo(Map.of("2MB", 4 * MEBI));
        assertThat(PodLimits.of(pod("e", 0, Json.Obj.EMPTY), 0).cpuShares()).isEqualTo(2);
        var whole = Json.obj("limits", Json.obj("cpu", "2", "memory", "1Mi"), "requests", Json.obj("cpu", "1"));
        var shared = PodLimits.of(new Pod(burstable.tree().withAt(whole, "spec", "resources")), 0);
        assertThat(shared.cpuShares()).isEqualTo(1024);
        assertThat(shared.cpuQuota()).isEqualTo(200_000);
        assertThat(shared.memory()).isEqualTo(MEBI);
        assertThat(PodLimits.of(QosClass.BURSTABLE, List.of(burstable, burstable))
                        .cpuShares())
                .isEqualTo(512);
        assertThat(PodLimits.of(QosClass.BEST_EFFORT, List.of(burstable)).cpuShares())
                .isEqualTo(2);
    }

    static Stream<Arguments> hugePages() {
        var one = Json.obj("hugepages-2Mi", "4Mi");
        var more = Json.obj("hugepages-2Mi", "8Mi");
        return Stream.of(
                argumentSet("of a container, and nothing else", one, Json.Obj.EMPTY, Json.Obj.EMPTY, 4),
                argumentSet("of the pod as a whole", Json.Obj.EMPTY, Json.obj("limits", one), Json.Obj.EMPTY, 4),
                argumentSet("of both", one, Json.obj("limits", more), Json.Obj.EMPTY, 8),
                argumentSet("of the sandbox too", one, Json.Obj.EMPTY, one, 8));
    }

    @ParameterizedTest
    @MethodSource
    void hugePages(Json container, Json whole, Json overhead, long mebi) {
        var tree = pod("h", 0, Json.obj("limits", container)).tree();
        var pod = new Pod(tree.withAt(whole, "spec", "resources").withAt(overhead, "spec", "overhead"));
        assertThat(pod.qosClass()).isEqualTo(QosClass.BEST_EFFORT);
        assertThat(PodLimits.of(pod, 0).hugePages()).isEqualTo(Map.of("2MB", mebi * MEBI));
        assertThat(PodLimits.of(pod, 0).cpuShares()).isEqualTo(2);
    }

    @Test
    void whatContainersRequestGoesBeforeWhatThePodIsLimitedTo() {
        var tree = pod("w", 0, resources("cpu=250m", "")).tree();
        var limits = Json.obj("limits", Json.obj("cpu", "2", "memory", "1Mi"));
        var pod = new Pod(tree.withAt(limits, "spec", "resources"));
        assertThat(PodSums.requests(pod, "cpu")).isEqualTo(Quantity.ofMilli(250));
        assertThat(PodSums.requests(pod, "memory")).isEqualTo(Quantity.of(MEBI));
        var stated = new Pod(pod.tree().withAt(Json.of("1"), "spec", "resources", "requests", "cpu"));
        assertThat(PodSums.requests(stated, "cpu")).isEqualTo(Quantity.of(1));
    }

    @Test
    void amountsMayBeNumbersWhereNoServerHasReadThem() {
        var limits = Json.obj("limits", Json.obj("cpu", 2, "memory", MEBI));
        assertThat(PodLimits.of(pod("n", 0, limits), 0).cpuQuota()).isEqualTo(200_000);
        assertThat(PodLimits.of(pod("n", 0, limits), 0).memory()).isEqualTo(MEBI);
    }

    @Test
    void initContainersCountWhereOneNeedsMore() {
        var tree = pod("p", 0, resources("cpu=100m", "cpu=100m"))
                .tree()
                .withAt(
                        Json.arr(
                                Json.obj("name", "init", "resources", resources("cpu=300m", "")),
                                Json.obj(
                                        "name",
                                        "side",
                                        "restartPolicy",
                                        "Always",
                                        "resources",
                                        resources("cpu=50m", "cpu=50m"))),
                        "spec",
                        "initContainers");
        var pod = new Pod(tree);
        assertThat(PodSums.requests(pod, "cpu")).isEqualTo(Quantity.ofMilli(300));
        assertThat(PodSums.limits(pod, "cpu")).isNull();
        assertThat(PodSums.requests(pod, "memory")).isEqualTo(Quantity.of(0));
    }
}
