package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.LabelSelector;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterObjectsTest {
    private static final Json.Obj CAMS = object("farm", "cams", "5")
            .with("spec", Json.obj("selector", Json.obj("app", "cam"), "sessionAffinity", "None", "clusterIP", "None"))
            .with("status", Json.obj("loadBalancer", Json.obj()));

    @TempDir
    private Path folder;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, List<Json.Obj>> lists = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<String>> events = new ConcurrentHashMap<>();
    private ServerSocket listening;
    private ApiClient client;

    @BeforeEach
    void serve() throws Exception {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var accepting = listening;
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var _ = Http2Connection.server(new Wire(accepting.accept()), this::answer);
                }
            } catch (IOException _) {
                // closed
            }
        });
        client = new ApiClient(
                new ClientConfig(URI.create("http://127.0.0.1:" + listening.getLocalPort()), List.of(), null));
        lists.put("services", List.of(CAMS));
        lists.put("namespaces", List.of(object("", "farm", "2").withAt(Json.of("a"), "metadata", "labels", "team")));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        listening.close();
    }

    @Test
    void knowsWhatTheClusterTellsAndKeepsIt() throws Exception {
        try (var objects = ClusterObjects.in(folder)) {
            assertThat(objects.services()).isEmpty();
            objects.follow(client);
            await(() -> objects.services().size() == 1 && objects.namespaces().size() == 1);
            assertThat(objects.services().getFirst().selector()).containsExactly(Map.entry("app", "cam"));
            assertThat(objects.namespaces()).containsExactly(Map.entry("farm", Map.of("team", "a")));
            tell(
                    "networkpolicies",
                    "ADDED",
                    object("farm", "deny", "11").with("spec", Json.obj("podSelector", Json.obj())));
            await(() -> objects.policies().size() == 1);
        }
        requests.clear();
        try (var objects = ClusterObjects.in(folder)) {
            assertThat(objects.services()).hasSize(1);
            assertThat(objects.namespaces()).containsOnlyKeys("farm");
            assertThat(objects.policies())
                    .containsExactly(new NetworkPolicy("farm", "deny", LabelSelector.EVERYTHING, List.of(), null));
            objects.follow(client);
            await(() -> requests.size() == 3);
            assertThat(requests).as("nothing is listed again").allMatch(request -> request.contains("watch"));
        }
    }

    @Test
    void writesOnlyWhatMattersAndWhenItChanges() throws Exception {
        var file = folder.resolve("services.json");
        try (var objects = ClusterObjects.in(folder)) {
            objects.follow(client);
            await(() -> Files.exists(file));
            var written = Files.readString(file);
            assertThat(written)
                    .isEqualTo("{\"resourceVersion\":\"10\",\"items\":[{\"spec\":{\"selector\":{\"app\":\"cam\"},"
                            + "\"clusterIP\":\"None\"},\"metadata\":{\"name\":\"cams\",\"namespace\":\"farm\"}}]}");
            var told = new LinkedBlockingQueue<Integer>();
            objects.onChange(() -> told.add(objects.services().size()));
            tell(
                    "services",
                    "MODIFIED",
                    CAMS.withAt(Json.of("12"), "metadata", "resourceVersion")
                            .withAt(Json.of("x"), "metadata", "annotations", "note"));
            tell("services", "ADDED", object("farm", "more", "13").with("spec", Json.obj("clusterIP", "10.96.0.9")));
            assertThat(told.take()).isEqualTo(2);
            assertThat(told).as("the note is of no interest").isEmpty();
            await(() -> !read(file).equals(written));
            assertThat(read(file)).contains("\"more\"").doesNotContain("note");
        }
        Files.writeString(file, "{");
        try (var objects = ClusterObjects.in(folder)) {
            assertThat(objects.services()).as("a file that is broken").isEmpty();
        }
    }

    @Test
    void aKindThatIsForbiddenHoldsUpNoOther() throws Exception {
        lists.remove("namespaces");
        try (var objects = ClusterObjects.in(folder)) {
            objects.follow(client);
            await(() -> objects.services().size() == 1);
            assertThat(objects.namespaces()).isEmpty();
        }
    }

    private void answer(Exchange exchange) throws Exception {
        var plural = exchange.path().substring(exchange.path().lastIndexOf('/') + 1);
        boolean watch = exchange.query().flag("watch");
        requests.add(plural + (watch ? " watch " + exchange.query().first("resourceVersion") : ""));
        if (plural.equals("namespaces") && !lists.containsKey(plural))
            exchange.respond(
                    403,
                    new Headers(),
                    Json.obj("kind", "Status", "code", 403, "message", "not for you")
                            .bytes());
        else if (watch) watch(exchange, plural);
        else
            exchange.respond(
                    200,
                    new Headers(),
                    Json.obj(
                                    "metadata",
                                    Json.obj("resourceVersion", "10"),
                                    "items",
                                    Json.arr(lists.getOrDefault(plural, List.of())))
                            .bytes());
    }

    private void watch(Exchange exchange, String plural) throws Exception {
        try (var out = exchange.stream(200, new Headers())) {
            out.flush();
            while (true) {
                out.write((queue(plural).take() + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private void tell(String plural, String type, Json.Obj object) {
        queue(plural).add(Json.obj("type", type, "object", object).compact());
    }

    private BlockingQueue<String> queue(String plural) {
        return events.computeIfAbsent(plural, _ -> new LinkedBlockingQueue<>());
    }

    private static Json.Obj object(String namespace, String name, String version) {
        return Json.obj(
                "metadata",
                Json.obj(
                        "name",
                        name,
                        "namespace",
                        namespace.isEmpty() ? null : namespace,
                        "resourceVersion",
                        version,
                        "uid",
                        "u-" + name));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("waiting").isLessThan(2000);
            Thread.sleep(5);
        }
    }

    private record Wire(Socket socket) implements Duplex {
        @Override
        public InputStream in() {
            return stream(socket::getInputStream);
        }

        @Override
        public OutputStream out() {
            return stream(socket::getOutputStream);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private interface Source<T> {
            T get() throws IOException;
        }

        private static <T> T stream(Source<T> source) {
            try {
                return source.get();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
