package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class DeviceFileTest {
    private static final long LONG_MS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void foldersThatAreNotThereAreWaitedForOneByOne() throws Exception {
        var way = folder.resolve("serial/by-id");
        try (var file = new DeviceFile(way.resolve("port"))) {
            for (int round = 0; round < 3; round++) {
                assertThat(file.exists()).isFalse();
                Files.createDirectories(way);
                file.await(LONG_MS);
                Files.createFile(way.resolve("port"));
                while (!file.exists()) file.await(LONG_MS);
                Files.delete(way.resolve("port"));
                Files.delete(way);
                Files.delete(way.getParent());
                file.await(LONG_MS);
            }
        }
    }

    @Test
    void linksAreFollowedToWhereTheFileIsMissing() throws Exception {
        Files.createDirectory(folder.resolve("links"));
        Files.createDirectory(folder.resolve("devices"));
        var link = Files.createSymbolicLink(folder.resolve("links/port"), Path.of("../devices/tty"));
        try (var file = new DeviceFile(link)) {
            assertThat(file.exists()).isFalse();
            Files.createFile(folder.resolve("devices/tty"));
            while (!file.exists()) file.await(LONG_MS);
        }
    }
}
