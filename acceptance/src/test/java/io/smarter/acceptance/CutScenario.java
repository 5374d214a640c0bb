package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The life of one pod with all kinds of volumes that are written to disk: made, its ConfigMap changed, itself changed,
 * deleted. An agent that ends on the way is started again, and the life goes on where it was.
 */
final class CutScenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_TOLD = 10;

    private final ApiClient api;
    private final LoneGateway gateway;
    private final LoneGateway.Agent agent;
    private final String name;
    private String uid = "";
    private int cuts;

    CutScenario(ApiClient api, LoneGateway gateway, LoneGateway.Agent agent, String name) {
        this.api = api;
        this.gateway = gateway;
        this.agent = agent;
        this.name = name;
    }

    /** How often the agent ended by itself. */
    int cuts() {
        return cuts;
    }

    /** Runs it; says what went wrong, which is empty if nothing did. */
    String failure() throws Exception {
        try {
            run();
            return "";
        } catch (AssertionError e) {
            giveUp();
            return String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    /** Takes the pod out of the way of those that follow. */
    private void giveUp() throws Exception {
        if (!agent.isAlive()) agent.restart();
        if (!isGone()) api.delete(Resource.PODS, "default", name, Json.Obj.EMPTY);
        Run.until(name + " is out of the way", PATIENCE, this::isGone);
    }

    void run() throws Exception {
        agent.offer();
        api.create(Resource.CONFIG_MAPS, "default", config("one"));
        api.create(Resource.SECRETS, "default", secret());
        uid = api.create(Resource.PODS, "default", pod()).textOrEmpty("metadata", "uid");
        until("is ready", () -> isReady(0));
        runsOnce();
        var changed = Json.obj("data", Json.obj("key", "two"));
        api.patch(Resource.CONFIG_MAPS, "default", name, PatchType.MERGE, changed);
        until("sees its ConfigMap change", () -> shows("config/key", "two"));
        var image = Json.obj("spec", Json.obj("containers", List.of(Json.obj("name", "app", "image", OTHER_NAME))));
        api.patch(Resource.PODS, "default", name, PatchType.STRATEGIC, image);
        until("runs its other image", () -> isReady(1) && restarted());
        runsOnce();
        api.delete(Resource.PODS, "default", name, Json.Obj.EMPTY);
        until("is gone", this::isGone);
        api.delete(Resource.CONFIG_MAPS, "default", name, Json.Obj.EMPTY);
        api.delete(Resource.SECRETS, "default", name, Json.Obj.EMPTY);
        until("has left nothing: ", () -> gateway.traces(uid, name).isEmpty());
    }

    // ---- waiting

    private void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (!agent.isAlive()) {
                cuts++;
                agent.restart();
            }
            if (System.nanoTime() > deadline)
                throw new AssertionError("not within %s: %s %s; left: %s; %s"
                        .formatted(
                                PATIENCE,
                                name,
                                what,
                                gateway.traces(uid, name).stream()
                                        .limit(MOST_TOLD)
                                        .toList(),
                                status()));
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private String status() {
        try {
            return api.get(Resource.PODS, "default", name).object("status").compact();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private boolean isReady(int restarts) throws Exception {
        var pod = api.get(Resource.PODS, "default", name);
        return pod.items("status", "containerStatuses").stream()
                .anyMatch(container -> container.flag("ready") && container.number(0, "restartCount") >= restarts);
    }

    /** What really runs of the pod, and not what was said before a cut. */
    private boolean restarted() throws Exception {
        return gateway.running(uid).stream().allMatch(container -> container.restarts() > 0);
    }

    private boolean shows(String file, String text) throws Exception {
        var path = gateway.volume(uid, file);
        return Files.exists(path) && Files.readString(path).equals(text);
    }

    private void runsOnce() throws Exception {
        until("runs once", () -> gateway.running(uid).size() == 1 && gateway.ready(uid) == 1);
        assertThat(gateway.volume(uid, "config/key")).exists();
        assertThat(gateway.secret(uid, "secret/key")).hasContent("hidden");
    }

    private boolean isGone() throws Exception {
        try {
            return !api.get(Resource.PODS, "default", name)
                    .textOrEmpty("metadata", "uid")
                    .equals(uid);
        } catch (ApiException e) {
            if (e.notFound()) return true;
            throw e;
        }
    }

    // ---- objects

    private static final String OTHER_NAME = "busybox:1.36";

    private Json.Obj config(String value) {
        return Json.obj("metadata", Json.obj("name", name), "data", Json.obj("key", value));
    }

    private Json.Obj secret() {
        var hidden = Base64.getEncoder().encodeToString("hidden".getBytes(StandardCharsets.UTF_8));
        return Json.obj("metadata", Json.obj("name", name), "data", Json.obj("key", hidden));
    }

    private Json.Obj pod() {
        var container = Json.obj(
                "name",
                "app",
                "image",
                BusyboxImage.NAME,
                "imagePullPolicy",
                "IfNotPresent",
                "command",
                List.of("sh", "-c", "trap exit TERM; while true; do sleep 1 & wait $!; done"),
                "resources",
                Json.obj("limits", Json.obj(FusePlugin.RESOURCE, "1")),
                "volumeMounts",
                List.of(mount("config"), mount("secret"), mount("memory")));
        var volumes = List.of(
                Json.obj("name", "config", "configMap", Json.obj("name", name)),
                Json.obj("name", "secret", "secret", Json.obj("secretName", name)),
                Json.obj("name", "memory", "emptyDir", Json.obj("medium", "Memory")));
        return Json.obj(
                "metadata",
                Json.obj("name", name),
                "spec",
                Json.obj(
                        "nodeName",
                        "gateway-1",
                        "terminationGracePeriodSeconds",
                        1,
                        "containers",
                        List.of(container),
                        "volumes",
                        volumes,
                        "tolerations",
                        List.of(Map.of("operator", "Exists"))));
    }

    private static Json.Obj mount(String volume) {
        return Json.obj("name", volume, "mountPath", "/" + volume);
    }
}
