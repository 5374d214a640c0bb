package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PodNetworkTest {
    @TempDir
    private Path data;

    @Test
    void tellsAsSoonAsAConfigurationIsThere() throws Exception {
        var folder = data.resolve("net.d");
        var file = folder.resolve("10-net.conflist");
        var there = new CountDownLatch(1);
        var asked = new AtomicInteger();
        try (var network = new PodNetwork(
                () -> {
                    asked.incrementAndGet();
                    return Files.exists(file) ? "" : "no configuration";
                },
                folder)) {
            network.onReady(there::countDown);
            assertThat(network.trouble()).isEqualTo("no configuration");
            assertThat(there.await(2, TimeUnit.SECONDS)).isFalse();
            assertThat(asked.get()).as("asked less and less often").isLessThan(20);
            Files.writeString(file, "{}");
            // The next time it would be asked anyway is seconds away.
            assertThat(there.await(500, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(network.trouble()).isEmpty();
        }
    }

    @Test
    void isNotWatchedWhileThereIsOne() {
        try (var network = new PodNetwork(() -> "", data.resolve("missing"))) {
            assertThat(network.trouble()).isEmpty();
            assertThat(data.resolve("missing")).doesNotExist();
        }
    }
}
