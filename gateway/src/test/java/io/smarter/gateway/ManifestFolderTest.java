package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFolderTest {
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path folder;

    private ManifestFolder manifests() {
        return new ManifestFolder(folder.resolve("manifests"), "edge1", (_, _, message) -> told.add(message));
    }

    private Path write(String file, String name, String image) throws IOException {
        Files.createDirectories(folder.resolve("manifests"));
        var pod = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj("name", name),
                "spec",
                Json.obj("containers", List.of(Json.obj("name", "a", "image", image))));
        return Files.writeString(folder.resolve("manifests").resolve(file), pod.compact());
    }

    @Test
    void aBadFileIsToldOfOnceAndKeepsNoOtherBack() throws IOException {
        var manifests = manifests();
        write("a.json", "a", "img");
        var bad = write("b.yaml", "b", "img");
        Files.writeString(bad, "kind: [");
        write("c.yaml", "a", "img");
        write(".hidden.yaml", "h", "img");
        for (int i = 0; i < 2; i++) assertThat(manifests.read()).containsOnlyKeys("default/a-edge1");
        assertThat(told).hasSize(2);
        assertThat(told.getFirst()).startsWith("Could not process manifest file " + bad + ": invalid YAML");
        assertThat(told.getLast()).contains("c.yaml: pod default/a-edge1 is in another file already");
    }

    @Test
    void aPodStaysWhileItsFileIsHalfWritten() throws IOException {
        var manifests = manifests();
        var file = write("a.json", "a", "img");
        var before = manifests.read();
        Files.writeString(file, "{\"kind\":");
        assertThat(manifests.read()).isEqualTo(before);
        Files.delete(file);
        assertThat(manifests.read()).isEmpty();
    }

    @Test
    void seesFilesComeChangeAndGo() throws Exception {
        var seen = new LinkedBlockingQueue<Map<String, Pod>>();
        var watching = Thread.ofVirtual().start(() -> watch(seen));
        try {
            assertThat(image(seen, "default/a-edge1", null)).isNull();
            var file = write("a.json", "a", "img");
            assertThat(image(seen, "default/a-edge1", "img")).isEqualTo("img");
            write("a.json", "a", "other");
            assertThat(image(seen, "default/a-edge1", "other")).isEqualTo("other");
            Files.delete(file);
            assertThat(image(seen, "default/a-edge1", null)).isNull();
        } finally {
            watching.interrupt();
            watching.join();
        }
    }

    @Test
    void goesOnWhateverComesOfAManifest() throws Exception {
        var called = new CountDownLatch(1);
        var watching = Thread.ofVirtual()
                .start(() -> watch(_ -> {
                    called.countDown();
                    throw new IllegalStateException("what can't be");
                }));
        try {
            called.await();
            while (watching.getState() != Thread.State.TIMED_WAITING) {
                assertThat(watching.isAlive()).isTrue();
                Thread.onSpinWait();
            }
        } finally {
            watching.interrupt();
            watching.join();
        }
    }

    private void watch(LinkedBlockingQueue<Map<String, Pod>> seen) {
        watch((Consumer<Map<String, Pod>>) seen::add);
    }

    private void watch(Consumer<Map<String, Pod>> seen) {
        try {
            manifests().watch(seen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The image of a pod, once it is the one that is waited for. */
    private static @Nullable String image(
            LinkedBlockingQueue<Map<String, Pod>> seen, String name, @Nullable String wanted)
            throws InterruptedException {
        while (true) {
            var pods = seen.poll(10, TimeUnit.SECONDS);
            if (pods == null) throw new AssertionError("not seen: " + wanted);
            var pod = pods.get(name);
            var image = pod == null ? null : pod.containers().getFirst().image();
            if (wanted == null ? image == null : wanted.equals(image)) return image;
        }
    }
}
