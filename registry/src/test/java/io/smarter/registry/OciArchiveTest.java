package io.smarter.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OciArchiveTest {
    @TempDir
    private Path folder;

    @Test
    void aRealTarReadsWhatWasWritten() throws Exception {
        var longName = "opt/" + "very-long-folder-name/".repeat(6) + "file";
        var layer = new Layer()
                .file("bin/app", 0755, "hello".getBytes(UTF_8))
                .file(longName, 0644, new byte[1000])
                .link("bin/alias", "app");
        var digest = OciArchive.write(
                folder.resolve("a.tar"), "local/app:1", ImageConfig.running("/bin/app"), List.of(layer));
        var out = unpack(folder.resolve("a.tar"), "out");

        var manifest = read(out, digest);
        var config = read(out, manifest.textOrEmpty("config", "digest"));
        assertThat(config.items("config", "Entrypoint")).containsExactly(Json.of("/bin/app"));
        var layerDigest = manifest.items("layers").getFirst().textOrEmpty("digest");
        assertThat(config.items("rootfs", "diff_ids")).containsExactly(Json.of(layerDigest));
        assertThat(Json.parse(Files.readAllBytes(out.resolve("index.json")))
                        .items("manifests")
                        .getFirst()
                        .text("annotations", "io.containerd.image.name"))
                .isEqualTo("local/app:1");

        var root = unpack(blob(out, layerDigest), "root");
        assertThat(root.resolve("bin/app")).hasContent("hello").isExecutable();
        assertThat(root.resolve("bin/alias")).isSymbolicLink();
        assertThat(root.resolve(longName)).hasSize(1000);
    }

    @Test
    void theSameImageGivesTheSameBytes() throws IOException {
        Files.createDirectory(folder.resolve("tree"));
        Files.writeString(folder.resolve("tree/x"), "x");
        Files.setPosixFilePermissions(folder.resolve("tree/x"), PosixFilePermissions.fromString("rwxr-x---"));
        for (var name : List.of("a.tar", "b.tar")) {
            var layer = new Layer().tree("opt/tree", folder.resolve("tree"));
            OciArchive.write(folder.resolve(name), "local/app:1", ImageConfig.running("/x"), List.of(layer, layer));
        }
        assertThat(folder.resolve("a.tar")).hasSameBinaryContentAs(folder.resolve("b.tar"));
        try (var left = Files.list(folder)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("tree", "a.tar", "b.tar");
        }
    }

    private static Json read(Path layout, String digest) throws Exception {
        var content = Files.readAllBytes(blob(layout, digest));
        var sha256 = MessageDigest.getInstance("SHA-256").digest(content);
        assertThat(digest).isEqualTo("sha256:" + HexFormat.of().formatHex(sha256));
        return Json.parse(content);
    }

    private static Path blob(Path layout, String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    private Path unpack(Path archive, String name) throws Exception {
        var into = Files.createDirectory(folder.resolve(name));
        var tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", into.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return into;
    }
}
