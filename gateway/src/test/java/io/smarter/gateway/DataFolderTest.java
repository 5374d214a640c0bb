package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path root;

    @Test
    void isHeldByOneAgent() throws Exception {
        try (var folder = DataFolder.open(root)) {
            assertThatThrownBy(() -> DataFolder.open(root)).hasMessageContaining("is in use");
            assertThat(folder.pods()).isDirectory();
        }
        DataFolder.open(root).close();
    }

    @Test
    void writesFilesThatOnlyTheirOwnerReads() throws Exception {
        var file = root.resolve("deep/er/x.json");
        DataFolder.write(file, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
        assertThat(DataFolder.read(file)).isEqualTo(Json.parse("{\"a\":1}"));
        assertThat(DataFolder.list(root.resolve("deep/er"))).containsExactly(file);
    }

    @Test
    void removesWhatACutLeftWhenItIsOpened() throws Exception {
        DataFolder.open(root).close();
        for (var left : new String[] {".devices.json.tmp", "pods/.u1.json.tmp", "configs/.Secret_a_b.json.tmp"})
            Files.writeString(root.resolve(left), "{");
        DataFolder.open(root).close();
        try (var files = Files.walk(root)) {
            assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    @Test
    void passesOverWhatACrashLeft() throws Exception {
        Files.writeString(root.resolve(".x.json.tmp"), "{");
        Files.writeString(root.resolve("y.json"), "{");
        assertThat(DataFolder.list(root)).containsExactly(root.resolve("y.json"));
        assertThat(DataFolder.read(root.resolve("y.json"))).isNull();
        assertThat(DataFolder.read(root.resolve("none.json"))).isNull();
    }
}
