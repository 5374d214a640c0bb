package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.User;
import io.smarter.http.Headers;
import io.smarter.schema.Schema;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Lists;
import io.smarter.storage.NodePods;
import io.smarter.storage.Registry;
import io.smarter.storage.WatchHub;
import io.smarter.store.StoreOptions;
import io.smarter.types.Types;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder, StoreOptions.DEFAULT.withKeep(Duration.ofHours(1), 10_000));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private void setData(String name, String value) {
        api.ask("PATCH", MAPS + "/" + name, "{\"data\":{\"x\":\"" + value + "\"}}", MERGE_PATCH);
    }

    private void label(String path, String value) {
        api.ask("PATCH", path, "{\"metadata\":{\"labels\":{\"l\":\"" + value + "\"}}}", MERGE_PATCH);
    }

    @Test
    void changesAfterARevisionComeInOrder() throws Exception {
        var made = api.create(MAPS, TestApi.configMap("a"));
        try (var watch = api.watch(MAPS + "?watch=1&resourceVersion=" + made.text("metadata", "resourceVersion"))) {
            setData("a", "1");
            api.create(MAPS, TestApi.configMap("b"));
            api.ask("DELETE", MAPS + "/a", "");
            api.create("/api/v1/namespaces/kube-system/configmaps", TestApi.configMap("elsewhere"));
            api.ask("DELETE", MAPS + "/b", "");
            assertThat(watch.next()).isEqualTo("MODIFIED a");
            assertThat(watch.next()).isEqualTo("ADDED b");
            assertThat(watch.next()).isEqualTo("DELETED a");
            assertThat(watch.next()).isEqualTo("DELETED b");
        }
    }

    @Test
    void withoutRevisionWhatIsThereComesFirst() throws Exception {
        api.create(MAPS, TestApi.configMap("a"));
        for (var query : new String[] {"?watch=true", "?watch=true&resourceVersion=0"}) {
            try (var watch = api.watch(MAPS + query)) {
                assertThat(watch.next()).isEqualTo("ADDED a");
                setData("a", query);
                var line = watch.exchange().line();
                assertThat(line.text("type")).isEqualTo("MODIFIED");
                assertThat(line.object("object")).isEqualTo(api.get(MAPS + "/a").json());
            }
        }
    }

    @Test
    void stateAndItsEndAreMarkedForWhoAsksSo() throws Exception {
        api.create(MAPS, TestApi.configMap("a"));
        var query = "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        try (var watch = api.watch(MAPS + query)) {
            assertThat(watch.next()).isEqualTo("ADDED a");
            var end = watch.exchange().line();
            assertThat(end.text("type")).isEqualTo("BOOKMARK");
            assertThat(end.text("object", "metadata", "annotations", "k8s.io/initial-events-end"))
                    .isEqualTo("true");
            assertThat(end.text("object", "metadata", "resourceVersion"))
                    .isEqualTo(Long.toString(api.store.revision()));
            api.create(MAPS, TestApi.configMap("b"));
            assertThat(watch.next()).isEqualTo("ADDED b");
        }
    }

    @Test
    void comingIntoASelectionIsAddingAndLeavingItIsDeleting() throws Exception {
        api.create(MAPS, TestApi.configMap("a"));
        long start = api.store.revision();
        try (var watch = api.watch(MAPS + "?watch=1&labelSelector=l%3Dyes&resourceVersion=" + start)) {
            label(MAPS + "/a", "no");
            label(MAPS + "/a", "yes");
            setData("a", "1");
            label(MAPS + "/a", "no");
            assertThat(watch.next()).isEqualTo("ADDED a");
            assertThat(watch.next()).isEqualTo("MODIFIED a");
            var left = watch.exchange().line();
            assertThat(left.text("type")).isEqualTo("DELETED");
            assertThat(left.text("object", "metadata", "labels", "l")).isEqualTo("yes");
            assertThat(left.text("object", "metadata", "resourceVersion"))
                    .isEqualTo(Long.toString(api.store.revision()));
        }
    }

    @Test
    void podsOfANodeAreToldToThatNodeOnly() throws Exception {
        var node = api.node("cam1");
        var target = "/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Dcam1&resourceVersion=" + api.store.revision();
        try (var watch = api.watch(node, target, new Headers())) {
            api.create(PODS, TestApi.pod("other", "cam2"));
            api.create(PODS, TestApi.pod("mine", "cam1"));
            api.ask("DELETE", PODS + "/other", "{\"gracePeriodSeconds\":0}");
            api.ask("DELETE", PODS + "/mine", "{\"gracePeriodSeconds\":0}");
            assertThat(watch.next()).isEqualTo("ADDED mine");
            assertThat(watch.next()).isEqualTo("DELETED mine");
        }
    }

    @Test
    void podsWithoutANodeAreToldToWhoAssignsThem() throws Exception {
        api.create(PODS, TestApi.pod("waits", ""));
        try (var watch = api.watch("/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3D")) {
            assertThat(watch.next()).isEqualTo("ADDED waits");
            api.create(PODS, TestApi.pod("elsewhere", "cam2"));
            api.create(PODS, TestApi.pod("too", ""));
            assertThat(watch.next()).isEqualTo("ADDED too");
        }
    }

    @Test
    void oneObjectCanBeWatchedByItsPath() throws Exception {
        api.create(MAPS, TestApi.configMap("a"));
        api.create(MAPS, TestApi.configMap("b"));
        try (var watch = api.watch(MAPS + "/b?watch=1&resourceVersion=" + api.store.revision())) {
            setData("a", "1");
            setData("b", "1");
            assertThat(watch.next()).isEqualTo("MODIFIED b");
        }
    }

    @Test
    void forgottenRevisionEndsInAnErrorThatSaysSo() throws Exception {
        long start = api.store.revision();
        for (int i = 0; i < 4200; i++) api.create(MAPS, TestApi.configMap("m" + i));
        api.store.compact(api.store.revision());
        try (var watch = api.watch(MAPS + "?watch=1&resourceVersion=" + start)) {
            var line = watch.exchange().line();
            assertThat(line.text("type")).isEqualTo("ERROR");
            assertThat(line.number(0, "object", "code")).isEqualTo(410);
            assertThat(line.text("object", "reason")).isEqualTo("Expired");
        }
    }

    @Test
    void oldRevisionsAreToldFromTheStoreWhenTheHubForgotThem() throws Exception {
        long start = api.store.revision();
        for (int i = 0; i < 4200; i++) api.create(MAPS, TestApi.configMap("m" + i));
        try (var watch = api.watch(MAPS + "?watch=1&resourceVersion=" + start)) {
            for (int i = 0; i < 4200; i++) assertThat(watch.next()).isEqualTo("ADDED m" + i);
            api.create(MAPS, TestApi.configMap("last"));
            assertThat(watch.next()).isEqualTo("ADDED last");
        }
    }

    /** Longer than a watcher's queue: of a fleet's pods while one gateway was away. */
    @Test
    void aLongPastIsToldWhole() throws Exception {
        long start = api.store.revision();
        int many = 9000;
        for (int i = 0; i < many; i++) api.create(MAPS, TestApi.configMap("m" + i));
        try (var watch = api.watch(MAPS + "?watch=1&resourceVersion=" + start)) {
            for (int i = 0; i < many; i++) assertThat(watch.next()).isEqualTo("ADDED m" + i);
            api.create(MAPS, TestApi.configMap("last"));
            assertThat(watch.next()).isEqualTo("ADDED last");
        }
    }

    @Test
    void watchEndsWhenItsTimeIsOver() throws Exception {
        var exchange = api.get(MAPS + "?watch=1&timeoutSeconds=1");
        assertThat(exchange.status).isEqualTo(200);
        assertThat(exchange.ended).isTrue();
    }

    @Test
    void tablesAreStreamedRowByRow() throws Exception {
        try (var watch = api.watch(api.admin(), MAPS + "?watch=1", Headers.of("accept", TestApi.TABLE))) {
            api.create(MAPS, TestApi.configMap("a"));
            var line = watch.exchange().line();
            assertThat(line.text("object", "kind")).isEqualTo("Table");
            assertThat(line.object("object").items("rows")).hasSize(1);
        }
    }

    @Test
    void everyWatcherGetsTheSameBytes() throws Exception {
        var first = api.watch(MAPS + "?watch=1&resourceVersion=" + api.store.revision());
        var second = api.watch(MAPS + "?watch=1&resourceVersion=" + api.store.revision());
        api.create(MAPS, TestApi.configMap("a"));
        assertThat(first.exchange().line()).isEqualTo(second.exchange().line());
        first.close();
        second.close();
    }

    @Test
    void valueThatIsNoObjectEndsNoWatch() throws Exception {
        try (var watch = api.watch(PODS + "?watch=1&resourceVersion=" + api.store.revision())) {
            api.store.create("/registry/pods/default/broken", "not JSON".getBytes(StandardCharsets.UTF_8));
            api.create(PODS, TestApi.pod("good", "cam1"));
            assertThat(watch.next()).isEqualTo("ADDED good");
        }
    }

    @Test
    void whoIsToldNothingGetsANewStartingPointNowAndThen() throws Exception {
        var types = new Types(Schema.load());
        var maps = types.find("", "v1", "configmaps");
        if (maps == null) throw new AssertionError("no config maps");
        try (var hub = new WatchHub(api.store, types, (_, _) -> {})) {
            var lists = new Lists(new Registry(api.store), new NodePods(), hub);
            var target = MAPS + "?watch=1&allowWatchBookmarks=true&labelSelector=l%3Dnever&resourceVersion="
                    + api.store.revision();
            var exchange = new FakeExchange("GET", target, new Headers(), new byte[0], api.admin());
            var request = new ApiRequest(exchange, User.ANONYMOUS, "watch", maps, "default", "", "");
            var thread = Thread.ofVirtual().start(() -> {
                try {
                    new WatchVerb(lists, hub, Duration.ofMillis(20)).handle(request);
                } catch (IOException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            api.create(MAPS, TestApi.configMap("a"));
            long wanted = api.store.revision();
            long known = 0;
            while (known < wanted) {
                var line = exchange.line();
                assertThat(line.text("type")).isEqualTo("BOOKMARK");
                assertThat(line.text("object", "kind")).isEqualTo("ConfigMap");
                known = Long.parseLong(line.object("object").textOrEmpty("metadata", "resourceVersion"));
            }
            assertThat(known).isEqualTo(wanted);
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void pathsOfOldWatchToo() throws Exception {
        try (var all = api.watch("/api/v1/watch/namespaces/default/configmaps");
                var one = api.watch("/api/v1/watch/namespaces/default/configmaps/b")) {
            api.create(MAPS, TestApi.configMap("a"));
            api.create(MAPS, TestApi.configMap("b"));
            assertThat(all.next()).isEqualTo("ADDED a");
            assertThat(all.next()).isEqualTo("ADDED b");
            assertThat(one.next()).isEqualTo("ADDED b");
        }
        assertThat(api.ask("DELETE", "/api/v1/watch/namespaces/default/configmaps/b", "").status)
                .isEqualTo(405);
    }
}
