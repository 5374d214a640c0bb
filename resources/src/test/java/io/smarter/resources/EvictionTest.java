package io.smarter.resources;

import static io.smarter.resources.TestPods.MEBI;
import static io.smarter.resources.TestPods.pod;
import static io.smarter.resources.TestPods.resources;
import static io.smarter.resources.TestPods.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.resources.PodUsage.VolumeUsage;
import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Threshold.Observation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvictionTest {
    private static final Json NOTHING = Json.Obj.EMPTY;
    private static final long CRITICAL = 2_000_001_000;

    private static List<String> names(List<PodUsage> pods) {
        return pods.stream().map(pod -> pod.pod().name()).toList();
    }

    @Test
    void whoUsesMoreThanItAskedForGoesFirstThenByPriorityThenByHowMuchMore() {
        var modest = usage(pod("modest", 0, resources("memory=100Mi", "")), 90 * MEBI, 0, 1);
        var greedy = usage(pod("greedy", 0, NOTHING), 80 * MEBI, 0, 1);
        var greedier = usage(pod("greedier", 0, NOTHING), 85 * MEBI, 0, 1);
        var important = usage(pod("important", 10, NOTHING), 500 * MEBI, 0, 1);
        var system = usage(pod("system", CRITICAL, NOTHING), 900 * MEBI, 0, 1);
        assertThat(names(Eviction.ranked(Signal.MEMORY, List.of(modest, important, system, greedy, greedier))))
                .containsExactly("greedier", "greedy", "important", "modest");
    }

    @Test
    void byProcessesOnlyPriorityAndNumberCount() {
        var few = usage(pod("few", 0, NOTHING), 1, 0, 5);
        var many = usage(pod("many", 0, NOTHING), 1, 0, 50);
        var important = usage(pod("important", 5, NOTHING), 1, 0, 500);
        assertThat(names(Eviction.ranked(Signal.PIDS, List.of(important, few, many))))
                .containsExactly("many", "few", "important");
    }

    @Test
    void byDiskLayersLogsAndVolumesCount() {
        var layers = usage(pod("layers", 0, NOTHING), 1, 50, 1);
        var volume = TestPods.withVolume(
                usage(pod("volume", 0, NOTHING), 1, 10, 1),
                new VolumeUsage("v", true, new Taken(60, 1), TestPods.DISK, 0));
        var memory = TestPods.withVolume(
                usage(pod("memory", 0, NOTHING), 1, 20, 1),
                new VolumeUsage("v", false, new Taken(600, 1), TestPods.DISK, 0));
        assertThat(names(Eviction.ranked(Signal.NODE_DISK, List.of(memory, layers, volume))))
                .containsExactly("volume", "layers", "memory");
    }

    @Test
    void aStaticPodStays() {
        var tree = pod("static", 0, NOTHING)
                .tree()
                .withAt(Json.of("file"), "metadata", "annotations", "kubernetes.io/config.source");
        assertThat(Eviction.isCritical(new Pod(tree))).isTrue();
        assertThat(Eviction.ranked(Signal.MEMORY, List.of(usage(new Pod(tree), MEBI, 1, 1))))
                .isEmpty();
    }

    @Test
    void theMessageTellsWhatWasLowAndWhoUsedIt() {
        var threshold = Threshold.hard("memory.available<100Mi").getFirst();
        var pod = usage(pod("p", 0, resources("memory=10Mi", "")), 64 * MEBI, 0, 1);
        assertThat(Eviction.message(threshold, new Observation(50 * MEBI, 1000 * MEBI), pod))
                .isEqualTo("The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
                        + "Container main was using 64Mi, request is 10Mi, has larger consumption of memory. ");
        var pids = Threshold.hard("pid.available<10%").getFirst();
        assertThat(Eviction.message(pids, new Observation(90, 1000), pod))
                .isEqualTo("The node was low on resource: pids. Threshold quantity: 100, available: 90. ");
    }

    static Stream<Arguments> refusals() {
        var best = pod("p", 0, NOTHING);
        var burstable = pod("p", 0, resources("memory=10Mi", ""));
        var tolerant = new Pod(best.tree()
                .withAt(
                        Json.arr(Json.obj("key", "node.kubernetes.io/memory-pressure", "operator", "Exists")),
                        "spec",
                        "tolerations"));
        var memory = "Pod was rejected: The node had condition: [MemoryPressure]. ";
        var disk = "Pod was rejected: The node had condition: [DiskPressure]. ";
        var both = "Pod was rejected: The node had condition: [MemoryPressure DiskPressure]. ";
        return Stream.of(
                argumentSet("enough of all", best, Set.of(), null),
                argumentSet("best effort", best, Set.of(Condition.MEMORY), memory),
                argumentSet("burstable", burstable, Set.of(Condition.MEMORY), null),
                argumentSet("tolerant of memory", tolerant, Set.of(Condition.MEMORY), null),
                argumentSet("disk", burstable, Set.of(Condition.DISK), disk),
                argumentSet("both", tolerant, Set.of(Condition.MEMORY, Condition.DISK), both),
                argumentSet("critical", pod("p", CRITICAL, NOTHING), Set.of(Condition.DISK), null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aNodeThatIsShortRefusesNewPods(Pod pod, Set<Condition> conditions, @Nullable String why) {
        assertThat(Eviction.refusal(pod, conditions)).isEqualTo(why);
    }

    static Stream<Arguments> excesses() {
        var free = usage(pod("p", 0, NOTHING), 1, 20 * MEBI, 1);
        var limited = usage(pod("p", 0, resources("", "ephemeral-storage=10Mi")), 1, 20 * MEBI, 1);
        var kept = usage(pod("p", 0, resources("", "ephemeral-storage=10Mi")), 1, 9 * MEBI, 1);
        return Stream.of(
                argumentSet("no limits", free, null),
                argumentSet("below its limit", kept, null),
                argumentSet(
                        "above its limit",
                        limited,
                        "Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. "),
                argumentSet(
                        "a volume above its limit",
                        TestPods.withVolume(free, volume(true, 11)),
                        "Usage of EmptyDir volume \"cache\" exceeds the limit \"10Mi\". "),
                argumentSet("a volume at its limit", TestPods.withVolume(free, volume(true, 10)), null),
                argumentSet("a volume in memory", TestPods.withVolume(free, volume(false, 11)), null),
                argumentSet(
                        "a volume that fills the pod's limit",
                        TestPods.withVolume(kept, new VolumeUsage("v", true, new Taken(2 * MEBI, 1), TestPods.DISK, 0)),
                        "Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. "));
    }

    private static VolumeUsage volume(boolean local, long mebi) {
        return new VolumeUsage("cache", local, new Taken(mebi * MEBI, 1), TestPods.DISK, 10 * MEBI);
    }

    @ParameterizedTest
    @MethodSource("excesses")
    void aPodThatTakesMoreOfTheDiskThanItMayGoes(PodUsage pod, @Nullable String why) {
        assertThat(Eviction.excess(pod)).isEqualTo(why);
    }
}
