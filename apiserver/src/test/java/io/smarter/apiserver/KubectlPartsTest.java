package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.pki.Pki;
import io.smarter.store.MemoryStore;
import io.smarter.tunnel.Tunnels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl with the parts of objects, and with what the server tells of itself; skipped where there is none. */
@Timeout(120)
class KubectlPartsTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

    @TempDir
    private Path data;

    private final Tunnels tunnels = new Tunnels(Clock.systemUTC());
    private final MemoryStore store = new MemoryStore();
    private Pki pki;
    private ApiServer api;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL + " on this machine");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        pki = Pki.open(data, address, List.of());
        api = new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC());
        server = HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of(pki.authority())), api);
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (api != null) api.close();
        tunnels.close();
        store.close();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** What kubectl prints, both outputs together. */
    private String kubectl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(KUBECTL.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", pki.kubeconfig().toString());
        builder.environment().put("HOME", data.toString());
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ended").isTrue();
        return output;
    }

    private String run(String name, String more) throws Exception {
        return kubectl("run", name, "--image=busybox:1", "--overrides={\"spec\":{\"nodeName\":\"edge\"" + more + "}}");
    }

    @Test
    void debugPutsAContainerIntoAPod() throws Exception {
        run("web", "");
        kubectl("debug", "web", "--image=busybox:2", "--target=web", "-c", "look", "--", "sh");
        assertThat(kubectl("get", "pod", "web", "-o", "jsonpath={.spec.ephemeralContainers[*].image}"))
                .isEqualTo("busybox:2");
        assertThat(kubectl("describe", "pod", "web")).containsPattern("Ephemeral Containers:\\s+look:");
    }

    @Test
    void aBindingAssignsAPod() throws Exception {
        kubectl("run", "web", "--image=busybox:1");
        var binding = data.resolve("binding.json");
        Files.writeString(binding, """
                {"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"edge"}}""");
        var path = "/api/v1/namespaces/default/pods/web/binding";
        assertThat(kubectl("create", "--raw", path, "-f", binding.toString())).contains("Success");
        assertThat(kubectl("create", "--raw", path, "-f", binding.toString()))
                .contains("Error from server (Conflict)", "pod web is already assigned to node \"edge\"");
    }

    @Test
    void podsNeedTheirAccountAndTheirClass() throws Exception {
        assertThat(run("a", ",\"serviceAccountName\":\"none\""))
                .contains("error looking up service account default/none: serviceaccount \"none\" not found");
        assertThat(run("a", ",\"priorityClassName\":\"none\"")).contains("no PriorityClass with name none was found");
        assertThat(run("a", ",\"priorityClassName\":\"system-cluster-critical\""))
                .contains("pod/a created");
        assertThat(kubectl("get", "pod", "a", "-o", "jsonpath={.spec.priority}"))
                .isEqualTo("2000000000");
    }

    @Test
    void autoscaleWritesWhatBothVersionsShow() throws Exception {
        kubectl("create", "deployment", "d", "--image=busybox:1");
        assertThat(kubectl("autoscale", "deployment", "d", "--max=3", "--cpu-percent=60"))
                .contains("autoscaled");
        assertThat(kubectl("get", "hpa")).containsPattern("d +Deployment/d +cpu: <unknown>/60% +1 +3");
        for (var version : List.of("v1", "v2"))
            assertThat(kubectl("get", "horizontalpodautoscalers." + version + ".autoscaling", "d", "-o", "yaml"))
                    .contains("apiVersion: autoscaling/" + version + "\n", "tilization", ": 60\n");
    }

    @Test
    void theServerTellsOfItself() throws Exception {
        assertThat(kubectl("get", "cs")).containsPattern("store +Healthy +ok");
        assertThat(kubectl("get", "apiservices")).containsPattern("v1.apps +Local +True");
        assertThat(kubectl("cluster-info")).contains("control plane is running at");
    }
}
