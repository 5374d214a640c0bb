package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.linux.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodTracesTest {
    @TempDir
    private Path data;

    @Test
    void onlyThePodsOfThisGatewayGo() throws IOException {
        var pod = PlanSamples.pod("Always", List.of(), "app");
        var files = new PodFiles(data.resolve("pods"));
        files.write(pod);
        var logs = data.resolve("logs");
        var own = PodConfigs.logFolder(logs, pod);
        Files.writeString(Files.createDirectories(own.resolve("app")).resolve("0.log"), "text");
        var other = Files.createDirectories(logs.resolve("default_other_u9"));
        new PodTraces(files, logs, Cgroups.mounted()).removeLogs();
        assertThat(own).doesNotExist();
        assertThat(other).exists();
    }
}
