package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ListOptions;
import io.smarter.client.Watch;
import io.smarter.http.Response;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cloud whose disk fills up: it refuses writes and says why, goes on reading, and writes again when there is space. */
@Tag("root")
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String READINGS = "/telemetry/v1/readings";

    @TempDir
    Path folder;

    private final Set<String> acknowledged = new TreeSet<>();
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        new Run()
                .run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString())
                .ok();
    }

    @AfterEach
    void unmount() throws Exception {
        new Run().run("umount", disk.toString()).ok();
    }

    @Test
    void refusesWritesAndReadsOnUntilThereIsSpaceAgain() throws Exception {
        int port = CloudProcess.freePort();
        try (var cloud = start(port);
                var client = cloud.client()) {
            var before = client.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL);
            for (int i = 0; i < 5; i++) assertThat(write(client, "before-" + i)).isEmpty();
            fillDisk();
            fillStore(client);
            readsOn(client, before.resourceVersion());
            assertThat(status(client.raw("POST", READINGS, "application/x-ndjson", reading())))
                    .isGreaterThanOrEqualTo(500);
            Files.delete(disk.resolve("ballast"));
            writesAgain(client);
            cloud.kill();
        }
        try (var cloud = start(port);
                var client = cloud.client()) {
            assertThat(names(client)).isEqualTo(acknowledged);
        }
    }

    /** What is read at a start needs no space but for what SQLite shares between processes, which is there or is not. */
    @Test
    void startsOnAFullDiskAndWritesOnceThereIsSpace() throws Exception {
        int port = CloudProcess.freePort();
        try (var cloud = start(port);
                var client = cloud.client()) {
            for (int i = 0; i < 5; i++) assertThat(write(client, "before-" + i)).isEmpty();
            fillDisk();
            fillStore(client);
            cloud.kill();
        }
        try (var cloud = start(port);
                var client = cloud.client()) {
            assertThat(names(client)).isEqualTo(acknowledged);
            assertThat(write(client, "still-full")).isNotEmpty();
            Files.delete(disk.resolve("ballast"));
            writesAgain(client);
        }
    }

    private CloudProcess start(int port) throws IOException {
        return CloudProcess.start(disk.resolve("cloud"), port);
    }

    /** Takes all the space that is left. */
    private void fillDisk() throws IOException {
        var part = new byte[4096];
        try (var out = Files.newOutputStream(disk.resolve("ballast"))) {
            while (true) fill(out, part);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    private static void fill(OutputStream out, byte[] part) throws IOException {
        out.write(part);
    }

    /** Writes until the first refusal, as the log may have some room left, and then some more. */
    private void fillStore(ApiClient client) throws IOException {
        var refusal = write(client, "filling-0");
        for (int i = 1; refusal.isEmpty(); i++) {
            assertThat(i).as("writes on a full disk").isLessThan(1000);
            refusal = write(client, "filling-" + i);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(refusal)
                    .startsWith("500 InternalError Internal error occurred: ")
                    .contains("disk is full");
            refusal = write(client, "refused-" + i);
        }
    }

    /** Why a write was refused; empty when it was not. */
    private String write(ApiClient client, String name) throws IOException {
        var map = Json.obj("metadata", Json.obj("name", name), "data", Json.obj("x", "x".repeat(20_000)));
        try {
            client.create(Resource.CONFIG_MAPS, "default", map);
            acknowledged.add(name);
            return "";
        } catch (ApiException e) {
            return e.code() + " " + e.reason() + " " + e.getMessage();
        }
    }

    private void readsOn(ApiClient client, String revision) throws Exception {
        assertThat(names(client)).isEqualTo(acknowledged);
        assertThat(client.get(Resource.CONFIG_MAPS, "default", "before-0").textOrEmpty("data", "x"))
                .hasSize(20_000);
        var old = client.raw(
                "GET", "/api/v1/configmaps?resourceVersionMatch=Exact&resourceVersion=" + revision, null, new byte[0]);
        assertThat(old.status()).isEqualTo(200);
        assertThat(client.raw("GET", "/readyz", null, new byte[0]).status()).isEqualTo(200);
        assertThat(client.raw("GET", READINGS, null, new byte[0]).status()).isEqualTo(200);
        var told = new TreeSet<String>();
        try (var watch = client.watch(Resource.CONFIG_MAPS, "default", ListOptions.ALL, revision, PATIENCE)) {
            while (!told.containsAll(acknowledged)) told.add(nameOf(watch));
        }
        told.remove("kube-root-ca.crt"); // the cloud's own, written when it started
        assertThat(told).as("a refused write is not told").isEqualTo(acknowledged);
    }

    private static String nameOf(Watch watch) throws IOException {
        var event = watch.next();
        if (event == null) throw new AssertionError("the watch ended");
        assertThat(event.type()).isEqualTo(Watch.Type.ADDED);
        return event.object().textOrEmpty("metadata", "name");
    }

    /** The controllers as well: a namespace gets what every namespace has, and goes with all that is in it. */
    private void writesAgain(ApiClient client) throws Exception {
        Run.until("writes", PATIENCE, () -> write(client, "after").isEmpty());
        Run.until(
                "readings",
                PATIENCE,
                () -> status(client.raw("POST", READINGS, "application/x-ndjson", reading())) == 200);
        client.create(Resource.NAMESPACES, "", Json.obj("metadata", Json.obj("name", "later")));
        Run.until("the controllers", PATIENCE, () -> names(client, "later").contains("kube-root-ca.crt"));
        client.delete(Resource.NAMESPACES, "", "later", Json.Obj.EMPTY);
        Run.until("the namespace is gone", PATIENCE, () -> isGone(client, "later"));
    }

    private static boolean isGone(ApiClient client, String namespace) throws IOException {
        try {
            client.get(Resource.NAMESPACES, "", namespace);
            return false;
        } catch (ApiException e) {
            return e.notFound();
        }
    }

    private static int status(Response response) {
        return response.status();
    }

    private static byte[] reading() {
        return "{\"node\":\"n\",\"name\":\"t\",\"value\":1,\"unit\":\"C\",\"time\":\"2026-01-01T00:00:00Z\"}\n"
                .repeat(200)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> names(ApiClient client) throws IOException {
        var names = new TreeSet<>(names(client, "default"));
        names.remove("kube-root-ca.crt");
        return names;
    }

    private static List<String> names(ApiClient client, String namespace) throws IOException {
        var names = new ArrayList<String>();
        for (var map :
                client.list(Resource.CONFIG_MAPS, namespace, ListOptions.ALL).items())
            names.add(map.textOrEmpty("metadata", "name"));
        return names;
    }
}
