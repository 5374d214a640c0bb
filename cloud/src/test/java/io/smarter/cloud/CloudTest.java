package io.smarter.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CloudTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

    @TempDir
    private Path data;

    private CloudSettings settings() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return CloudSettings.of(
                    data, new InetSocketAddress(InetAddress.getLoopbackAddress(), probe.getLocalPort()));
        }
    }

    private static ApiClient client(Cloud cloud) throws IOException {
        return new ApiClient(ClientConfig.kubeconfig(cloud.kubeconfig()));
    }

    @Test
    void answersAsSoonAsItHasStarted() throws Exception {
        try (var cloud = Cloud.start(settings());
                var client = client(cloud)) {
            assertThat(cloud.ready()).isTrue();
            assertThat(client.get(Resource.NAMESPACES, "", "kube-system").text("status", "phase"))
                    .isEqualTo("Active");
            assertThat(Files.getPosixFilePermissions(cloud.kubeconfig()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void keepsWhatItAcknowledged() throws Exception {
        var settings = settings();
        Json.Obj made;
        try (var cloud = Cloud.start(settings);
                var client = client(cloud)) {
            var map = Json.obj("metadata", Json.obj("name", "a"), "data", Json.obj("x", "y"));
            made = client.create(Resource.CONFIG_MAPS, "default", map);
        }
        try (var cloud = Cloud.start(settings);
                var client = client(cloud)) {
            assertThat(client.get(Resource.CONFIG_MAPS, "default", "a")).isEqualTo(made);
        }
    }

    @Test
    void sharesItsFolderWithNoOther() throws Exception {
        try (var cloud = Cloud.start(settings())) {
            assertThatThrownBy(() -> Cloud.start(settings()).close())
                    .isInstanceOf(IOException.class)
                    .hasMessage("data folder %s: another cloud is running on it".formatted(data));
            assertThat(cloud.ready()).isTrue();
        }
    }

    @Test
    void leavesItsFolderFreeWhenItCannotStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
            assertThatThrownBy(
                            () -> Cloud.start(CloudSettings.of(data, address)).close())
                    .isInstanceOf(IOException.class);
        }
        try (var cloud = Cloud.start(settings())) {
            assertThat(cloud.ready()).isTrue();
        }
    }

    /** kubectl's own wait wants one pod of a selector to be there already. */
    private void awaitPod(Cloud cloud, String selector) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!kubectl(cloud, "", "get", "pods", "-l", selector, "-o", "name").contains("pod/"))
            assertThat(System.nanoTime()).as("no pod of %s", selector).isLessThan(end);
    }

    @Test
    void rollsADaemonSetOutAndBack() throws Exception {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL + " on this machine");
        try (var cloud = Cloud.start(settings())) {
            kubectl(cloud, "{apiVersion: v1, kind: Node, metadata: {name: cam1}}", "create", "-f", "-");
            kubectl(cloud, """
                    {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},
                     template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: 'busybox:1'}]}}}}""", "apply", "-f", "-");
            awaitPod(cloud, "app=web");
            assertThat(kubectl(cloud, "", "get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}"))
                    .isEqualTo("cam1");
            kubectl(cloud, "", "set", "image", "ds/web", "c=busybox:2");
            kubectl(cloud, "", "wait", "--for=jsonpath={.status.observedGeneration}=2", "ds/web", "--timeout=30s");
            assertThat(kubectl(cloud, "", "rollout", "history", "ds/web")).containsPattern("(?s)\n1 .*\n2 ");
            assertThat(kubectl(cloud, "", "rollout", "undo", "ds/web")).contains("daemonset.apps/web rolled back");
            assertThat(kubectl(cloud, "", "get", "ds", "web", "-o", "jsonpath={..image}"))
                    .isEqualTo("busybox:1");
        }
    }

    private static String kubectl(Cloud cloud, String input, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(KUBECTL.toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", cloud.kubeconfig().toString());
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(("---\n" + input).getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ended").isTrue();
        return output;
    }
}
