package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims and volumes, against a server over real TLS that tells of changes late. */
final class VolumeBinderTest {

    @TempDir
    static Path folder;

    private static TlsIdentity identity;

    private ServedCluster served;
    private FakeCluster cluster;
    private Controllers controllers;

    @BeforeAll
    static void makeIdentity() throws Exception {
        identity = TestIdentity.make(folder);
    }

    @BeforeEach
    void start() throws IOException {
        served = ServedCluster.start(identity);
        cluster = served.cluster();
        controllers = Controllers.start(served.client(), Controllers.Options.of("PEM"));
    }

    @AfterEach
    void stop() {
        controllers.close();
        served.close();
    }

    private void put(String resource, String yaml) {
        cluster.put(resource, (Json.Obj) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private void putVolume(String name, String node) {
        put("persistentvolumes", """
            metadata: {name: %s}
            spec: {accessModes: [ReadWriteOnce], storageClassName: disks, capacity: {storage: 1Gi}, nodeAffinity: {required: {
              nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]}]}}}
            """.formatted(name, node));
    }

    private void putClaim(String name) {
        put("persistentvolumeclaims", """
            metadata: {namespace: farm, name: %s}
            spec: {accessModes: [ReadWriteOnce], storageClassName: disks, resources: {requests: {storage: 1Gi}}}
            status: {phase: Pending}
            """.formatted(name));
    }

    private Json.Obj volume(String name) {
        return Objects.requireNonNullElse(cluster.find("persistentvolumes", "", name), Json.Obj.EMPTY);
    }

    private Json.Obj claim(String name) {
        return Objects.requireNonNullElse(cluster.find("persistentvolumeclaims", "farm", name), Json.Obj.EMPTY);
    }

    private static String phase(Json.Obj object) {
        return object.textOrEmpty("status", "phase");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("wait").isLessThan(end);
            Thread.sleep(2);
        }
    }

    @Test
    void eachClaimGetsAVolumeOfItsOwnWhicheverComesFirst() throws Exception {
        for (int i = 0; i < 10; i++) putVolume("before" + i, "n1");
        await(() -> phase(volume("before9")).equals("Available"));
        for (int i = 0; i < 20; i++) putClaim("data" + i);
        for (int i = 0; i < 10; i++) putVolume("after" + i, "n1");
        await(() ->
                IntStream.range(0, 20).allMatch(i -> phase(claim("data" + i)).equals("Bound")));
        await(() -> cluster.all("persistentvolumes").stream()
                .allMatch(volume -> phase(volume).equals("Bound")));
        assertThat(cluster.all("persistentvolumeclaims"))
                .extracting(claim -> claim.text("spec", "volumeName"))
                .doesNotHaveDuplicates();
        var claim = claim("data0");
        var volume = volume(claim.textOrEmpty("spec", "volumeName"));
        assertThat(volume.text("spec", "claimRef", "uid")).isEqualTo(claim.text("metadata", "uid"));
        assertThat(claim.text("status", "capacity", "storage")).isEqualTo("1Gi");
        assertThat(claim.texts("metadata", "annotations"))
                .containsOnlyKeys("pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller");
    }

    @Test
    void aClassMayWaitForThePodThatUsesTheClaim() throws Exception {
        put("storageclasses", "{metadata: {name: disks}, volumeBindingMode: WaitForFirstConsumer}");
        put("nodes", "metadata: {name: n2, labels: {kubernetes.io/hostname: n2}}");
        putVolume("a", "n1");
        putVolume("b", "n2");
        putClaim("data");
        await(() -> phase(volume("a")).equals("Available") && phase(volume("b")).equals("Available"));
        assertThat(phase(claim("data"))).isEqualTo("Pending");
        put("pods", """
                metadata: {namespace: farm, name: user}
                spec: {nodeName: n2, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}
                """);
        await(() -> phase(claim("data")).equals("Bound"));
        assertThat(claim("data").text("spec", "volumeName")).isEqualTo("b");
        assertThat(phase(volume("a"))).isEqualTo("Available");
    }

    @Test
    void aVolumeIsNotGivenToAnotherWhenItsClaimIsGone() throws Exception {
        putVolume("disk", "n1");
        putClaim("data");
        await(() -> phase(volume("disk")).equals("Bound"));
        cluster.remove("persistentvolumeclaims", "farm", "data");
        await(() -> phase(volume("disk")).equals("Released"));
        putClaim("data");
        putVolume("other", "n1");
        await(() -> phase(claim("data")).equals("Bound"));
        assertThat(claim("data").text("spec", "volumeName")).isEqualTo("other");
        assertThat(phase(volume("disk"))).isEqualTo("Released");
        cluster.remove("persistentvolumes", "", "other");
        await(() -> phase(claim("data")).equals("Lost"));
    }
}
