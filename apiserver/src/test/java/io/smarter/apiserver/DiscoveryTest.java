package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiscoveryTest {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    @Test
    void listsOfOldNameEveryType(@TempDir Path folder) throws Exception {
        try (var api = new TestApi(folder)) {
            assertThat(api.get("/api").json().items("versions")).containsExactly(Json.of("v1"));
            assertThat(api.get("/apis").json().items("groups").stream().map(group -> group.textOrEmpty("name")))
                    .doesNotHaveDuplicates()
                    .contains("apps", "batch", "coordination.k8s.io", "storage.k8s.io", "smarter.io");
            assertThat(api.get("/apis/apps").json().text("preferredVersion", "version"))
                    .isEqualTo("v1");
            var pods = api.get("/api/v1").json().items("resources").stream()
                    .filter(resource -> resource.textOrEmpty("name").startsWith("pods"))
                    .map(resource -> resource.textOrEmpty("name"));
            assertThat(pods)
                    .containsExactly(
                            "pods",
                            "pods/attach",
                            "pods/binding",
                            "pods/ephemeralcontainers",
                            "pods/eviction",
                            "pods/exec",
                            "pods/log",
                            "pods/portforward",
                            "pods/proxy",
                            "pods/status");
            assertThat(api.get("/api/v1").json().items("resources"))
                    .contains(Json.obj(
                            "name", "pods/eviction",
                            "singularName", "",
                            "namespaced", true,
                            "group", "policy",
                            "version", "v1",
                            "kind", "Eviction",
                            "verbs", Json.arr("create")));
            assertThat(api.get("/apis/apps/v2").status).isEqualTo(404);
        }
    }

    @Test
    void oneDocumentNamesEveryTypeForWhoTakesThat(@TempDir Path folder) throws Exception {
        try (var api = new TestApi(folder)) {
            var answer = api.as(api.admin(), "GET", "/apis", "", Headers.of("accept", AGGREGATED));
            assertThat(answer.answerHeaders.first("content-type"))
                    .isEqualTo("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
            var apps = answer.json().items("items").getFirst();
            assertThat(apps.text("metadata", "name")).isEqualTo("apps");
            var sets = apps.items("versions").getFirst().items("resources").get(1);
            assertThat(sets.text("resource")).isEqualTo("daemonsets");
            assertThat(sets.items("shortNames")).containsExactly(Json.of("ds"));
            assertThat(sets.items("subresources").getFirst().text("subresource"))
                    .isEqualTo("status");
        }
    }

    @Test
    void whatThereIsCanOnlyBeRead(@TempDir Path folder) throws Exception {
        try (var api = new TestApi(folder)) {
            for (var path : new String[] {"/", "/api", "/apis", "/api/v1", "/apis/apps/v1"})
                assertThat(api.ask("POST", path, "{}").status).as(path).isEqualTo(404);
        }
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                argumentSet("collection", "/api/v1/pods", new RequestPath("", "v1", "", "pods", "", "")),
                argumentSet(
                        "in a namespace", "/api/v1/namespaces/a/pods", new RequestPath("", "v1", "a", "pods", "", "")),
                argumentSet("object", "/api/v1/namespaces/a/pods/b", new RequestPath("", "v1", "a", "pods", "b", "")),
                argumentSet(
                        "below", "/api/v1/namespaces/a/pods/b/log", new RequestPath("", "v1", "a", "pods", "b", "log")),
                argumentSet("namespace", "/api/v1/namespaces/a", new RequestPath("", "v1", "", "namespaces", "a", "")),
                argumentSet(
                        "of a namespace",
                        "/api/v1/namespaces/a/finalize",
                        new RequestPath("", "v1", "", "namespaces", "a", "finalize")),
                argumentSet(
                        "group", "/apis/apps/v1/daemonsets/", new RequestPath("apps", "v1", "", "daemonsets", "", "")),
                argumentSet("encoded", "/api/v1/nodes/a%2Fb+c", new RequestPath("", "v1", "", "nodes", "a/b+c", "")),
                argumentSet("badly encoded", "/api/v1/nodes/%zz", new RequestPath("", "v1", "", "nodes", "%zz", "")),
                argumentSet(
                        "watched of old",
                        "/api/v1/watch/namespaces/a/pods/b",
                        new RequestPath("", "v1", "a", "pods", "b", "")),
                argumentSet("named watch", "/apis/a.b/v1/watch", new RequestPath("a.b", "v1", "", "watch", "", "")),
                argumentSet(
                        "proxied",
                        "/api/v1/namespaces/a/pods/b:80/proxy/x//y/",
                        new RequestPath("", "v1", "a", "pods", "b:80", "proxy")),
                argumentSet("too short", "/api/v1", null),
                argumentSet("too long", "/api/v1/a/b/c/d", null),
                argumentSet("empty part", "/api/v1/namespaces//pods", null),
                argumentSet("elsewhere", "/healthz/x/y", null));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void pathsNameObjects(String path, @Nullable RequestPath parsed) {
        assertThat(RequestPath.parse(path)).isEqualTo(parsed);
    }
}
