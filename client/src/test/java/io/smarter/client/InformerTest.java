package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InformerTest {
    @TempDir
    private Path folder;

    private final FakeApi api = new FakeApi();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private TestServer server;
    private ApiClient client;

    @BeforeEach
    void serve() throws Exception {
        var pki = new TestPki(folder);
        server = new TestServer(pki.identity("cloud", List.of()), pki.authority(), api);
        client = new ApiClient(new ClientConfig(
                server.uri(), List.of(pki.authority()), pki.identity("system:node:a", List.of("system:nodes"))));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void tellsWhatIsThereAndThenWhatChanges() throws Exception {
        api.put("one", 5);
        try (var informer = start()) {
            expect("+farm/one 5", "synced");
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("two", 6)));
            api.events.add(FakeApi.event("MODIFIED", FakeApi.pod("one", 7)));
            api.events.add(FakeApi.event("DELETED", FakeApi.pod("two", 8)));
            expect("+farm/two 6", "~farm/one 5-7", "-farm/two 6");
            assertThat(informer.snapshot()).containsOnlyKeys("farm/one");
            assertThat(informer.awaitSync(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void keepsNoMoreThanItIsToldTo() throws Exception {
        api.put("one", 5);
        try (var informer = Informer.startWith(
                client,
                Resource.PODS,
                null,
                ListOptions.ALL,
                pod -> Json.obj("metadata", pod.object("metadata"), "spec", Json.obj()),
                listener())) {
            expect("+farm/one 5", "synced");
            api.events.add(
                    FakeApi.event("MODIFIED", FakeApi.pod("one", 7).with("status", Json.obj("phase", "Running"))));
            expect("~farm/one 5-7");
            assertThat(informer.snapshot().get("farm/one"))
                    .isNotNull()
                    .satisfies(pod -> assertThat(pod.members()).containsOnlyKeys("metadata", "spec"));
        }
    }

    @Test
    void goesOnFromTheLastRevisionAfterALostConnection() throws Exception {
        try (var _ = start()) {
            expect("synced");
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("one", 6)));
            expect("+farm/one 6");
            api.events.add(FakeApi.event("BOOKMARK", FakeApi.pod("", 9)));
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("two", 10)));
            expect("+farm/two 10");
            server.cut();
            api.watching(2);
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("three", 11)));
            expect("+farm/three 11");
            assertThat(api.requestsOf("watch")).last().asString().endsWith("watch 10");
            assertThat(api.requests.stream().filter(r -> !r.contains("watch"))).hasSize(1);
        }
    }

    @Test
    void bookmarkAdvancesTheRevision() throws Exception {
        try (var _ = start()) {
            expect("synced");
            api.events.add(FakeApi.event("BOOKMARK", FakeApi.pod("", 77)));
            api.events.add("");
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("one", 78)));
            expect("+farm/one 78");
            assertThat(api.requestsOf("watch")).last().asString().endsWith("watch 77");
        }
    }

    @Test
    void listsAgainWhenTheRevisionIsGoneAndTellsTheDifference() throws Exception {
        api.put("one", 5);
        api.put("two", 6);
        try (var informer = start()) {
            expect("+farm/one 5", "+farm/two 6", "synced");
            api.objects.remove("one");
            api.put("two", 20);
            api.put("three", 21);
            api.oldest = 21;
            api.events.add("");
            expect("+farm/three 21", "~farm/two 6-20", "-farm/one 5");
            assertThat(informer.snapshot()).containsOnlyKeys("farm/two", "farm/three");
        }
    }

    @Test
    void listsAgainWhenTheWatchSaysThatItIsTooOld() throws Exception {
        try (var _ = start()) {
            expect("synced");
            api.put("one", 30);
            api.events.add(FakeApi.event("ERROR", Json.obj("kind", "Status", "code", 410, "reason", "Expired")));
            expect("+farm/one 30");
        }
    }

    @Test
    void startsFromWhatWasKeptWhileTheServerIsAway() throws Exception {
        int port = server.port();
        server.close();
        var kept = new Listing(List.of(FakeApi.pod("kept", 3)), "4");
        var pki = new TestPki(folder);
        var config = new ClientConfig(
                java.net.URI.create("https://127.0.0.1:" + port),
                List.of(pki.authority()),
                pki.identity("system:node:a", List.of()));
        try (var own = new ApiClient(config);
                var informer = Informer.startFrom(own, Resource.PODS, null, ListOptions.ALL, kept, listener())) {
            expect("+farm/kept 3");
            assertThat(informer.awaitSync(Duration.ZERO)).isFalse();
            try (var _ = new TestServer(pki.identity("cloud", List.of()), pki.authority(), port, api)) {
                expect("synced");
                assertThat(api.requests).containsExactly("GET /api/v1/pods watch 4");
            }
        }
    }

    @Test
    void goesOnFromPartsThatWereKept() throws Exception {
        var kept = new Listing(List.of(FakeApi.pod("kept", 3).withoutAt("metadata", "resourceVersion")), "4");
        try (var _ = Informer.resume(client, Resource.PODS, pod -> pod.without("spec"), kept, listener())) {
            expect("+farm/kept ", "synced");
            assertThat(api.requests).containsExactly("GET /api/v1/pods watch 4");
            api.events.add(FakeApi.event("MODIFIED", FakeApi.pod("kept", 5)));
            expect("~farm/kept -5");
        }
    }

    @Test
    void faultOfTheListenerDoesNotEndIt() throws Exception {
        api.put("bad", 5);
        try (var _ = start()) {
            expect("+farm/bad 5", "synced");
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("good", 6)));
            expect("+farm/good 6");
        }
    }

    @Test
    void garbageFromTheServerIsOnlyARetry() throws Exception {
        try (var _ = start()) {
            expect("synced");
            api.events.add("{\"type\":");
            api.events.add("");
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("good", 6)));
            api.events.add(FakeApi.event("ADDED", FakeApi.pod("good", 6)));
            expect("+farm/good 6");
        }
    }

    private Informer start() {
        return Informer.start(client, Resource.PODS, null, ListOptions.ALL, listener());
    }

    private Informer.Listener listener() {
        return new Informer.Listener() {
            @Override
            public void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
                if (old == null && now != null) told.add("+" + key + " " + version(now));
                else if (now == null && old != null) told.add("-" + key + " " + version(old));
                else if (old != null && now != null) told.add("~" + key + " " + version(old) + "-" + version(now));
                if (key.equals("farm/bad")) throw new IllegalStateException("on purpose");
            }

            @Override
            public void synced() {
                told.add("synced");
            }
        };
    }

    private static String version(Json.Obj object) {
        return object.textOrEmpty("metadata", "resourceVersion");
    }

    private void expect(String... what) throws InterruptedException {
        for (var one : what) assertThat(told.poll(40, TimeUnit.SECONDS)).isEqualTo(one);
    }
}
