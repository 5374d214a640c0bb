package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.smarter.cloud.Cloud;
import io.smarter.cloud.CloudSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cloud as a well-kept Java client of others sees it: the client is not ours, so its idea of the API is not. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaClientTest {
    private static final String NS = "default";

    private Cloud cloud;
    private KubernetesClient client;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        cloud = Cloud.start(
                CloudSettings.of(data, new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort())));
        client = newClient();
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        cloud.close();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private KubernetesClient newClient() throws Exception {
        var config = Config.fromKubeconfig(Files.readString(cloud.kubeconfig()));
        config.setNamespace(NS);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static ConfigMap map(String name, Map<String, String> content) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("made", "here")
                .endMetadata()
                .withData(content)
                .build();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "informed")
                .endMetadata()
                .withNewSpec()
                .withNodeName("nowhere")
                .addNewContainer()
                .withName("c")
                .withImage("busybox:1")
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void writesInEveryWay() {
        var made = client.configMaps().resource(map("ways", Map.of("a", "1"))).create();
        assertThat(made.getMetadata().getUid()).isNotEmpty();
        var edited = client.configMaps()
                .withName("ways")
                .edit(old -> new ConfigMapBuilder(old).addToData("b", "2").build());
        assertThat(edited.getData()).containsEntry("b", "2");
        var merged = client.configMaps()
                .withName("ways")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":null,\"c\":\"3\"}}");
        assertThat(merged.getData()).containsOnlyKeys("b", "c");
        assertThatThrownBy(() -> client.configMaps().resource(made).update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        assertThat(client.configMaps().withName("ways").delete()).hasSize(1);
        assertThat(client.configMaps().withName("ways").get()).isNull();
    }

    @Test
    void sharesAnObjectByServerSideApply() {
        client.configMaps()
                .resource(map("shared", Map.of("a", "1")))
                .fieldManager("one")
                .serverSideApply();
        var other =
                client.configMaps().resource(map("shared", Map.of("a", "2"))).fieldManager("two");
        assertThatThrownBy(other::serverSideApply).isInstanceOfSatisfying(KubernetesClientException.class, e -> {
            assertThat(e.getCode()).isEqualTo(409);
            assertThat(e.getStatus().getDetails().getCauses())
                    .anySatisfy(cause -> assertThat(cause.getField()).isEqualTo(".data.a"));
        });
        assertThat(other.forceConflicts().serverSideApply().getData()).containsEntry("a", "2");
    }

    @Test
    void writesAStatusApartFromItsObject() {
        client.nodes()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("told")
                        .endMetadata()
                        .build())
                .create();
        var told = client.nodes()
                .withName("told")
                .editStatus(node -> new NodeBuilder(node)
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .editMetadata()
                        .addToLabels("by", "status")
                        .endMetadata()
                        .build());
        assertThat(told.getStatus().getConditions()).hasSize(1);
        var node = client.nodes().withName("told").get();
        assertThat(node.getSpec().getUnschedulable())
                .as("an empty part is there")
                .isNull();
        assertThat(node.getMetadata().getLabels())
                .as("as in Kubernetes, labels may come with the status")
                .containsEntry("by", "status");
    }

    @Test
    void readsPagesAndSelections() {
        for (int i = 0; i < 7; i++)
            client.configMaps().resource(map("page-" + i, Map.of())).create();
        var names = new ArrayList<String>();
        var options = new ListOptionsBuilder().withLimit(3L).build();
        do {
            var page = client.configMaps().withLabel("made", "here").list(options);
            page.getItems().forEach(item -> names.add(item.getMetadata().getName()));
            options.setContinue(page.getMetadata().getContinue());
        } while (options.getContinue() != null && !options.getContinue().isEmpty());
        assertThat(names).contains("page-0", "page-6").doesNotHaveDuplicates();
        assertThat(client.configMaps()
                        .withField("metadata.name", "page-3")
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(client.configMaps().withLabelNotIn("made", "here").list().getItems())
                .noneMatch(item -> item.getMetadata().getName().startsWith("page-"));
    }

    @Test
    void keepsAnInformerUpToDate() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        var handler = new ResourceEventHandler<Pod>() {
            @Override
            public void onAdd(Pod pod) {
                heard.add("added " + pod.getMetadata().getName());
            }

            @Override
            public void onUpdate(Pod old, Pod pod) {
                if (!old.getMetadata()
                        .getResourceVersion()
                        .equals(pod.getMetadata().getResourceVersion()))
                    heard.add("updated " + pod.getMetadata().getName());
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                heard.add("deleted " + pod.getMetadata().getName());
            }
        };
        client.pods().resource(pod("before")).create();
        try (var informer = client.pods().withLabel("app", "informed").inform(handler)) {
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("added before");
            client.pods().resource(pod("after")).create();
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("added after");
            client.pods()
                    .withName("after")
                    .edit(old -> new PodBuilder(old)
                            .editMetadata()
                            .addToAnnotations("x", "y")
                            .endMetadata()
                            .build());
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("updated after");
            client.pods().withName("before").withGracePeriod(0).delete();
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("deleted before");
            assertThat(informer.getStore().list())
                    .extracting(pod -> pod.getMetadata().getName())
                    .containsExactly("after");
        }
    }

    @Test
    void waitsForWhatAnotherDoes() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> client.configMaps()
                    .withName("awaited")
                    .waitUntilCondition(
                            found -> found != null && found.getData().containsKey("done"), 20, TimeUnit.SECONDS));
            client.configMaps().resource(map("awaited", Map.of())).create();
            client.configMaps()
                    .withName("awaited")
                    .edit(old ->
                            new ConfigMapBuilder(old).addToData("done", "yes").build());
            assertThat(waiting.get().getData()).containsEntry("done", "yes");
        }
    }

    @Test
    void watchesFromARevision() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        var first = client.configMaps().resource(map("watched", Map.of())).create();
        var watcher = new Watcher<ConfigMap>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                heard.add(action.name());
            }

            @Override
            public void onClose(WatcherException cause) {
                heard.add("closed");
            }
        };
        client.configMaps()
                .withName("watched")
                .edit(old -> new ConfigMapBuilder(old).addToData("a", "b").build());
        var from = new ListOptionsBuilder()
                .withResourceVersion(first.getMetadata().getResourceVersion())
                .build();
        try (var watch = client.configMaps().withName("watched").watch(from, watcher)) {
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("MODIFIED");
            client.configMaps().withName("watched").delete();
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETED");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void readsAnyTypeWithoutKnowingIt() {
        client.configMaps().resource(map("generic", Map.of("k", "v"))).create();
        var found = client.genericKubernetesResources("v1", "ConfigMap")
                .inNamespace(NS)
                .withName("generic")
                .get();
        assertThat(found.<String>get("data", "k")).isEqualTo("v");
        assertThat(Serialization.asYaml(found)).contains("generic");
        assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("36");
        assertThat(client.hasApiGroup("apps", true)).isTrue();
        assertThat(client.supports("apps/v1", "DaemonSet")).isTrue();
    }

    @Test
    void electsOneLeaderAtATime() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (var one = newClient();
                var two = newClient();
                var threads = Executors.newCachedThreadPool()) {
            var first = elector(one, "one", heard, threads).start();
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("one leads");
            var second = elector(two, "two", heard, threads).start();
            assertThat(client.leases().withName("election").get().getSpec().getHolderIdentity())
                    .isEqualTo("one");
            first.cancel(true);
            assertThat(List.of(take(heard), take(heard))).containsExactlyInAnyOrder("one ends", "two leads");
            second.cancel(true);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("two ends");
        }
    }

    private static String take(BlockingQueue<String> heard) throws InterruptedException {
        return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
    }

    private static LeaderElector elector(
            KubernetesClient client, String name, BlockingQueue<String> heard, Executor threads) {
        var callbacks = new LeaderCallbacks(() -> heard.add(name + " leads"), () -> heard.add(name + " ends"), _ -> {});
        var config = new LeaderElectionConfigBuilder()
                .withName(name)
                .withLeaseDuration(Duration.ofSeconds(15))
                .withRenewDeadline(Duration.ofSeconds(10))
                .withRetryPeriod(Duration.ofMillis(200))
                .withLock(new LeaseLock(NS, "election", name))
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(callbacks)
                .build();
        return new LeaderElector(client, config, threads);
    }
}
