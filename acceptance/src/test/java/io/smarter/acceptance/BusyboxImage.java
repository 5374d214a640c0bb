package io.smarter.acceptance;

import io.smarter.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A docker archive of Debian's static busybox, for applications that tests deploy without a registry. */
final class BusyboxImage {
    static final String NAME = "docker.io/library/busybox:1.36";
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final int BLOCK = 512;

    private BusyboxImage() {}

    /** Writes the archive: one layer with /bin/busybox and a link for each of its commands. */
    static void write(Path archive) throws Exception {
        var layer = new ByteArrayOutputStream();
        entry(layer, "bin/", "", 0755, '5', new byte[0]);
        entry(layer, "tmp/", "", 01777, '5', new byte[0]);
        entry(layer, "bin/busybox", "", 0755, '0', Files.readAllBytes(BUSYBOX));
        for (var command : commands()) entry(layer, "bin/" + command, "busybox", 0777, '2', new byte[0]);
        layer.write(new byte[2 * BLOCK]);
        var config = config(sha256(layer.toByteArray()));
        var image = new ByteArrayOutputStream();
        entry(image, "layer.tar", "", 0644, '0', layer.toByteArray());
        entry(image, "config.json", "", 0644, '0', config.bytes());
        var manifest =
                Json.arr(Json.obj("Config", "config.json", "RepoTags", List.of(NAME), "Layers", List.of("layer.tar")));
        entry(image, "manifest.json", "", 0644, '0', manifest.bytes());
        image.write(new byte[2 * BLOCK]);
        Files.write(archive, image.toByteArray());
    }

    private static Json.Obj config(String diffId) {
        return Json.obj(
                "architecture",
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                "os",
                "linux",
                "config",
                Json.obj("Env", List.of("PATH=/bin"), "Cmd", List.of("sh")),
                "rootfs",
                Json.obj("type", "layers", "diff_ids", List.of("sha256:" + diffId)));
    }

    private static List<String> commands() throws IOException, InterruptedException {
        return new Run()
                .run(BUSYBOX.toString(), "--list")
                .ok()
                .lines()
                .filter(name -> !name.equals("busybox"))
                .toList();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** One entry of a tar archive (POSIX ustar). */
    private static void entry(
            ByteArrayOutputStream out, String name, String link, int mode, char type, byte[] content) {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(content.length));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) sum += b & 0xff;
        put(header, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
