package io.smarter.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsOnTheDiskBeforeItHasItsName() throws Exception {
        var file = folder.resolve("state");
        Files.writeString(file, "old");
        Files.writeString(folder.resolve(".state.tmp"), "what a power cut left, and longer");
        var points = new CopyOnWriteArrayList<String>();
        try (var _ = PowerCut.watch(point -> {
            points.add(point);
            if (!point.startsWith("rename") && points.size() < 4)
                assertThat(file).hasContent("old");
        })) {
            Disk.write(file, "new".getBytes(UTF_8), Disk.PRIVATE);
        }
        var temporary = folder.resolve(".state.tmp");
        assertThat(points)
                .containsExactly(
                        "create " + temporary,
                        "write " + temporary,
                        "sync " + temporary,
                        "rename " + temporary,
                        "sync " + folder);
        assertThat(file).hasContent("new");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Disk.PRIVATE);
        assertThat(temporary).doesNotExist();
    }

    @Test
    void aFileIsWrittenWithItsMode() throws Exception {
        var file = folder.resolve("certificate");
        Disk.write(file, new byte[0], Disk.PRIVATE);
        Disk.write(file, new byte[0], Disk.PUBLIC);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Disk.PUBLIC);
    }

    @Test
    void whatIsDeletedStaysDeleted() throws Exception {
        var file = Files.writeString(folder.resolve("pod"), "");
        var points = new CopyOnWriteArrayList<String>();
        try (var _ = PowerCut.watch(points::add)) {
            assertThat(Disk.delete(file)).isTrue();
            assertThat(Disk.delete(file)).isFalse();
        }
        assertThat(points).containsExactly("delete " + file, "sync " + folder);
    }

    @Test
    void aFolderGoesWithAllThatIsInItAndNothingThatLinksLeadTo() throws Exception {
        var kept = Files.createDirectories(folder.resolve("kept"));
        Files.writeString(kept.resolve("file"), "");
        var gone = Files.createDirectories(folder.resolve("gone/deep"));
        Files.createSymbolicLink(gone.resolve("link"), kept);
        Files.writeString(gone.resolve("file"), "");
        Disk.deleteAll(folder.resolve("gone"));
        assertThat(folder.resolve("gone")).doesNotExist();
        assertThat(kept.resolve("file")).exists();
        Disk.deleteAll(folder.resolve("gone"));
        Files.createSymbolicLink(folder.resolve("link"), kept);
        Disk.deleteAll(folder.resolve("link"));
        assertThat(kept.resolve("file")).exists();
        assertThat(Files.exists(folder.resolve("link"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }
}
