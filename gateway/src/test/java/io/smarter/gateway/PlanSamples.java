package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.gateway.Memory.Health;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods, what is seen of them and what is remembered, as tests of plans and of what is told of them need them. */
final class PlanSamples {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final Pod WITH_INIT = pod("Always", List.of("init"), "app");

    private PlanSamples() {}

    // ---- pods

    /** A pod of which one container has a restart policy of its own. */
    static Pod own(Pod pod, String list, int index, String policy) {
        var containers = new ArrayList<>(pod.spec().items(list));
        containers.set(index, containers.get(index).object().with("restartPolicy", Json.of(policy)));
        return new Pod(pod.tree().withAt(Json.arr(containers), "spec", list));
    }

    static Pod pod(String restartPolicy, List<String> inits, String... names) {
        return new Pod(Json.obj(
                "metadata", Json.obj("name", "p", "namespace", "farm", "uid", "u1"),
                "spec",
                        Json.obj(
                                "restartPolicy", restartPolicy,
                                "initContainers", containers(inits),
                                "containers", containers(List.of(names)))));
    }

    private static Json containers(List<String> names) {
        return Json.arr(names.stream()
                .map(name -> Json.obj("name", name, "image", "img"))
                .toList());
    }

    static Pod deleted(Pod pod, int grace) {
        return new Pod(pod.tree()
                .withAt(Json.of("2026-11-24T12:00:00Z"), "metadata", "deletionTimestamp")
                .withAt(Json.of(grace), "metadata", "deletionGracePeriodSeconds"));
    }

    static Pod expired(Pod pod) {
        return new Pod(pod.tree()
                .withAt(Json.of(60), "spec", "activeDeadlineSeconds")
                .withAt(Json.of("2026-11-24T11:59:00Z"), "status", "startTime"));
    }

    static Pod phase(Pod pod, String phase) {
        return new Pod(pod.tree().withAt(Json.of(phase), "status", "phase"));
    }

    static Pod image(Pod pod, String image) {
        return new Pod(pod.tree().withAt(Json.arr(Json.obj("name", "app", "image", image)), "spec", "containers"));
    }

    /** A pod into which somebody put a container that looks at another one. */
    static Pod debugged(String target) {
        var container = Json.obj("name", "debug", "image", "img", "targetContainerName", target);
        return new Pod(WITH_INIT.tree().withAt(Json.arr(container), "spec", "ephemeralContainers"));
    }

    static Pod sidecar(Pod pod) {
        var container = Json.obj("name", "init", "image", "img", "restartPolicy", "Always");
        return new Pod(pod.tree().withAt(Json.arr(container), "spec", "initContainers"));
    }

    // ---- what is seen

    static Observed seen() {
        return Observed.NOTHING;
    }

    static Observed seen(Sandbox sandbox, Instance... instances) {
        return new Observed(List.of(sandbox), List.of(instances));
    }

    static Instance running(String name, int restarts) {
        return instance(name, restarts, new State.Running(NOW.minusSeconds(50)));
    }

    static Instance exited(String name, int restarts, int code) {
        return instance(name, restarts, new State.Exited(code, "", "", NOW.minusSeconds(50), NOW.minusSeconds(5)));
    }

    static Instance instance(String name, int restarts, State state) {
        var hash = Plan.hash(new Container(Json.obj("name", name, "image", "img")));
        var created = NOW.minusSeconds(60).plusSeconds(restarts);
        var image = new Observed.Image("docker.io/library/img:latest", "sha256:1");
        return new Instance(name + "-" + restarts, "s0", name, restarts, hash, image, created, state);
    }

    // ---- memories

    static Memory starting(String name) {
        return new Memory(Map.of(), Map.of(), Set.of(name), Set.of(), Map.of(), false);
    }

    static Memory crashed(String name, int seconds) {
        var backOff = new BackOff(Duration.ofSeconds(seconds), NOW.minusSeconds(30));
        return new Memory(Map.of(), Map.of(name, backOff), Set.of(), Set.of(), Map.of(), false);
    }

    static Memory health(String id, Health health) {
        return new Memory(Map.of(), Map.of(), Set.of(), Set.of(), Map.of(id, health), false);
    }
}
