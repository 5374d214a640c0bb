package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadTest {
    @TempDir
    private Path folder;

    private Payload payload(String text) throws ConfigException {
        var payload = new Payload();
        payload.add("key", text.getBytes(StandardCharsets.UTF_8), 0644);
        return payload;
    }

    private long versions() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !Files.isSymbolicLink(entry))
                    .count();
        }
    }

    @Test
    void aVersionTakesThePlaceOfTheOneBefore() throws Exception {
        assertThat(payload("one").writeTo(folder, null)).isTrue();
        assertThat(payload("two").writeTo(folder, null)).isTrue();
        assertThat(payload("two").writeTo(folder, null)).isFalse();
        assertThat(folder.resolve("key")).hasContent("two");
        assertThat(versions()).isEqualTo(1);
    }

    /** The files were swapped in, but not named yet. */
    @Test
    void aCutAfterTheSwapIsMadeGood() throws Exception {
        payload("one").writeTo(folder, null);
        Files.delete(folder.resolve("key"));
        payload("one").writeTo(folder, null);
        assertThat(folder.resolve("key")).hasContent("one");
    }

    @Test
    void whatCutsLeftGoes() throws Exception {
        payload("one").writeTo(folder, null);
        Files.createDirectory(folder.resolve("..12345"));
        Files.writeString(folder.resolve("..12345/key"), "older");
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..67890"));
        payload("one").writeTo(folder, null);
        assertThat(versions()).isEqualTo(1);
        assertThat(Files.isSymbolicLink(folder.resolve("..data_tmp"))).isFalse();
        assertThat(folder.resolve("key")).hasContent("one");
    }
}
