package io.smarter.controllers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collector alone, against a server over real TLS that tells of owners slowly. */
class OwnerCollectorTest {
    private static final int MANY = 20;

    @TempDir
    static Path folder;

    private static TlsIdentity identity;

    private ServedCluster served;
    private FakeCluster cluster;
    private OwnerCollector collector;

    @BeforeAll
    static void makeIdentity() throws Exception {
        identity = TestIdentity.make(folder);
    }

    @BeforeEach
    void serve() throws IOException {
        served = ServedCluster.start(identity);
        cluster = served.cluster();
        collector = new OwnerCollector(served.client());
    }

    @AfterEach
    void stop() throws IOException {
        collector.close();
        served.close();
    }

    @Test
    void anOwnerThatIsToldBeforeItsDependentsLetsThemGoFirst() throws Exception {
        end(owner(), OwnerCollector.ORPHAN);
        for (int i = 0; i < MANY; i++) put("b" + i, reference("v1", "ConfigMap", "a", uid("a")));
        collector.start();
        await(() -> find("a") == null);
        assertThat(dependents())
                .hasSize(MANY)
                .allMatch(one -> Owners.references(one).isEmpty());
    }

    @Test
    void anOwnerThatIsToldBeforeItsDependentsOutlivesThem() throws Exception {
        end(owner(), OwnerCollector.FOREGROUND);
        var reference = reference("v1", "ConfigMap", "a", uid("a")).with("blockOwnerDeletion", Json.of(true));
        for (int i = 0; i < MANY; i++) put("b" + i, reference);
        collector.start();
        await(() -> find("a") == null);
        assertThat(dependents()).isEmpty();
    }

    @Test
    void onlyTheOwnerThatIsMeantKeepsItsDependent() throws Exception {
        collector.start();
        owner();
        put("kept", reference("v1", "ConfigMap", "a", uid("a")));
        put("other-uid", reference("v1", "ConfigMap", "a", "gone"));
        put("other-kind", reference("v1", "ServiceAccount", "a", uid("a")));
        var elsewhere = object("elsewhere", reference("v1", "ConfigMap", "a", uid("a")));
        cluster.put("configmaps", elsewhere.withAt(Json.of("forest"), "metadata", "namespace"));
        await(() -> find("other-uid") == null
                && find("other-kind") == null
                && cluster.find("configmaps", "forest", "elsewhere") == null);
        assertThat(find("kept")).isNotNull();
    }

    @Test
    void whatHappensWhileNobodyTellsIsMadeUpFor() throws Exception {
        owner();
        put("b", reference("v1", "ConfigMap", "a", uid("a")));
        put("kept", reference("v1", "ConfigMap", "kept-owner", put("kept-owner")));
        collector.start();
        put("probe", reference("v1", "ConfigMap", "none", "gone"));
        await(() -> find("probe") == null);
        cluster.silent = true;
        cluster.remove("configmaps", "farm", "a");
        assertThat(find("b")).isNotNull();
        cluster.silent = false;
        await(() -> find("b") == null);
        assertThat(find("kept")).isNotNull();
    }

    @Test
    void anOwnerIsLookedForInTheVersionsThatAreLeft() throws Exception {
        collector.start();
        put("first", old("one"), reference("v1", "ConfigMap", "none", "gone"));
        await(() -> owners("first") == 1);
        cluster.beta = false;
        put("second", old("two"), reference("v1", "ConfigMap", "none", "gone"));
        await(() -> owners("second") != 2);
        assertThat(owners("second")).isEqualTo(1);
    }

    /** A reference to a new DaemonSet, in the version that goes. */
    private Json old(String name) {
        cluster.put("daemonsets", object(name));
        var set = requireNonNull(cluster.find("daemonsets", "farm", name));
        return reference("apps/v1beta1", "DaemonSet", name, set.textOrEmpty("metadata", "uid"));
    }

    // ---- objects

    private Json.Obj owner() {
        put("a");
        return requireNonNull(find("a"));
    }

    private void end(Json.Obj object, String finalizer) {
        cluster.put(
                "configmaps",
                object.withAt(Json.arr(finalizer), "metadata", "finalizers")
                        .withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp"));
    }

    private String put(String name, Json... owners) {
        cluster.put("configmaps", object(name, owners));
        return uid(name);
    }

    private static Json.Obj object(String name, Json... owners) {
        var metadata = Json.obj("name", name, "namespace", "farm");
        return Json.obj(
                "metadata",
                owners.length == 0 ? metadata : metadata.with("ownerReferences", Json.arr((Object[]) owners)));
    }

    private static Json.Obj reference(String apiVersion, String kind, String name, String uid) {
        return Json.obj("apiVersion", apiVersion, "kind", kind, "name", name, "uid", uid);
    }

    private Json.@Nullable Obj find(String name) {
        return cluster.find("configmaps", "farm", name);
    }

    private String uid(String name) {
        return requireNonNull(find(name)).textOrEmpty("metadata", "uid");
    }

    private List<Json.Obj> dependents() {
        return cluster.all("configmaps").stream()
                .filter(one -> one.textOrEmpty("metadata", "name").startsWith("b"))
                .toList();
    }

    /** How many owners an object has; -1 when it is gone. */
    private int owners(String name) {
        var object = find(name);
        return object == null ? -1 : Owners.references(object).size();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not in 30 s");
            Thread.sleep(2);
        }
    }
}
