package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cloud with ten thousand clients that do nothing: half of them watch, half have a connection and say nothing. */
@Tag("root")
@Timeout(300)
class ManyConnectionsTest {
    private static final int WATCHES = 5_000;
    private static final int SILENT = 5_000;
    private static final int CALLS = 200;

    /** A connection takes 20 to 25 KiB of the cloud's memory; more than this would be a leak or a buffer for each. */
    private static final long MOST_FOR_EACH = 40 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void answersOthersTellsAllAndGivesBackWhatTheyTook() throws Exception {
        int port = CloudProcess.freePort();
        try (var cloud = CloudProcess.start(Files.createDirectory(folder.resolve("data")), port);
                var client = cloud.client()) {
            slowest(client);
            int files = files(cloud);
            long memory = Processes.residentBytes(cloud.pid());
            try (var idle = new IdleClients(cloud.admin())) {
                idle.open(WATCHES, watch(client));
                idle.open(SILENT, "");
                long each = (Processes.residentBytes(cloud.pid()) - memory) / (WATCHES + SILENT);
                assertThat(each).as("bytes of memory for each connection").isLessThan(MOST_FOR_EACH);
                assertThat(files(cloud) - files).as("connections").isGreaterThanOrEqualTo(WATCHES + SILENT);
                assertThat(slowest(client)).isLessThan(Duration.ofSeconds(1));
                create(client, "told");
                await(() -> idle.events() == WATCHES);
                assertThat(idle.closed()).isZero();
                System.out.printf("%d connections: %d bytes of memory each%n", WATCHES + SILENT, each);
            }
            await(() -> files(cloud) < files + 100);
            assertThat(slowest(client)).isLessThan(Duration.ofSeconds(1));
            System.out.printf(
                    "resident: %d MiB before, %d after%n", memory >> 20, Processes.residentBytes(cloud.pid()) >> 20);
        }
    }

    private static String watch(ApiClient client) throws IOException {
        var now = client.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL).resourceVersion();
        return "GET /api/v1/namespaces/default/configmaps?watch=1&resourceVersion=%s HTTP/1.1\r\nHost: x\r\n\r\n"
                .formatted(now);
    }

    private static void create(ApiClient client, String name) throws IOException {
        client.create(
                Resource.CONFIG_MAPS,
                "default",
                Json.obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", Json.obj("name", name)));
    }

    /** How long the slowest of many reads takes. */
    private static Duration slowest(ApiClient client) throws IOException {
        long most = 0;
        for (int i = 0; i < CALLS; i++) {
            long begun = System.nanoTime();
            client.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL);
            most = Math.max(most, System.nanoTime() - begun);
        }
        return Duration.ofNanos(most);
    }

    private static int files(CloudProcess cloud) throws IOException {
        try (var open = Files.list(Path.of("/proc", Long.toString(cloud.pid()), "fd"))) {
            return (int) open.count();
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) throw new AssertionError("it has not come within " + PATIENCE);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
