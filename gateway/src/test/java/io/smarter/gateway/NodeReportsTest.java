package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeReportsTest {
    @TempDir
    private Path data;

    private final FakeCloud cloud = new FakeCloud();

    @Test
    void tellsHowTheNodeIsWheneverTheCloudIsBack() throws Exception {
        var settings = new GatewaySettings(URI.create("https://127.0.0.1:1"), null, "edge1", data, null, Map.of());
        var node = new NodeObject(settings, new NodeFacts(settings.host()), "containerd://1", Map::of, Set::of);
        cloud.objects.put("Node/edge1", known(node));
        try (var reports = new NodeReports(cloud, node, List.of(() -> ""), InstantSource.system())) {
            assertThat(patch()).as("at the start").contains("KubeletReady");
            reports.check();
            assertThat(patch()).as("after the link was gone").contains("KubeletReady");
        }
    }

    @Test
    void tellsOfAllThatIsWrong() throws Exception {
        var settings = new GatewaySettings(URI.create("https://127.0.0.1:1"), null, "edge1", data, null, Map.of());
        var node = new NodeObject(settings, new NodeFacts(settings.host()), "containerd://1", Map::of, Set::of);
        cloud.objects.put("Node/edge1", known(node));
        List<Supplier<String>> wrong = List.of(() -> "it goes down", () -> "", () -> "it has no network");
        try (var _ = new NodeReports(cloud, node, wrong, InstantSource.system())) {
            assertThat(patch()).contains("\"it goes down; it has no network\"");
        }
    }

    /** The Node as it was told by the run before: there is nothing new to tell. */
    private static Json.Obj known(NodeObject node) throws IOException {
        return node.node()
                .with(
                        "status",
                        node.status(Json.Obj.EMPTY, InstantSource.system().instant(), ""));
    }

    private @Nullable String patch() throws InterruptedException {
        return cloud.calls.poll(10, TimeUnit.SECONDS);
    }
}
