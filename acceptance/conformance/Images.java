import io.smarter.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the images that the tests name into the registry: agnhost, and busybox for the others. */
final class Images {
    private static final String REGISTRY = "127.0.0.1:5000/";
    private static final List<String> PATHS = List.of("PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    private record Entry(byte[] content, int mode, char type, String link) {}

    private final Path out;
    private final Map<String, Entry> busybox = new TreeMap<>();

    private Images(Path out) throws Exception {
        this.out = out;
        for (var folder : List.of("bin", "etc", "usr", "usr/local", "usr/local/bin", "root", "var", "mnt", "proc", "sys", "dev"))
            busybox.put(folder + "/", new Entry(new byte[0], 0755, '5', ""));
        busybox.put("tmp/", new Entry(new byte[0], 01777, '5', ""));
        busybox.put("etc/passwd", text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n", 0644));
        busybox.put("etc/group", text("root:x:0:\nnobody:x:65534:\n", 0644));
        busybox.put("bin/busybox", file(Path.of("/bin/busybox"), 0755));
        var list = new ProcessBuilder("/bin/busybox", "--list").start();
        for (var name : list.inputReader().readAllLines())
            if (!name.equals("busybox")) busybox.put("bin/" + name, new Entry(new byte[0], 0777, '2', "busybox"));
    }

    public static void main(String[] args) throws Exception {
        new Images(Path.of(args[0])).push();
    }

    private void push() throws Exception {
        push("library/busybox:1.29", busybox, Json.obj("Env", PATHS, "Cmd", List.of("sh")));
        var agnhost = new TreeMap<>(busybox);
        var source = out.resolve("gopath/src/k8s.io/kubernetes/test/images/agnhost/porter");
        agnhost.put("agnhost", file(out.resolve("bin/agnhost"), 0755));
        agnhost.put("agnhost-2", new Entry(new byte[0], 0777, '2', "agnhost"));
        agnhost.put("uploads/", new Entry(new byte[0], 0755, '5', ""));
        for (var name : List.of("localhost.crt", "localhost.key")) agnhost.put(name, file(source.resolve(name), 0644));
        push("agnhost:2.21", agnhost, Json.obj("Env", PATHS, "Entrypoint", List.of("/agnhost"), "Cmd", List.of("pause")));
        push("pause:3.2", agnhost, Json.obj("Env", PATHS, "Entrypoint", List.of("/agnhost", "pause")));
        var web = new TreeMap<>(busybox);
        web.put("www/", new Entry(new byte[0], 0755, '5', ""));
        web.put("www/index.html", text("<html><body><h1>It works!</h1></body></html>\n", 0644));
        web.put("usr/local/bin/httpd-foreground", text("#!/bin/sh\nexec busybox httpd -f -p 80 -h /www\n", 0755));
        for (var name : List.of("httpd:2.4.38-alpine", "httpd:2.4.39-alpine", "nginx:1.14-alpine", "nginx:1.15-alpine"))
            push("library/" + name, web, Json.obj("Env", PATHS, "Cmd", List.of("httpd-foreground")));
    }

    private void push(String name, Map<String, Entry> files, Json.Obj config) throws Exception {
        var folder = out.resolve("images").resolve(name.replace('/', '_').replace(':', '_'));
        var blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        var layer = blob(blobs, "application/vnd.oci.image.layer.v1.tar", tar(files));
        var image = Json.obj(
                "architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                "os", "linux",
                "config", config,
                "rootfs", Json.obj("type", "layers", "diff_ids", List.of(layer.textOrEmpty("digest"))));
        var manifest = Json.obj(
                "schemaVersion", 2,
                "mediaType", "application/vnd.oci.image.manifest.v1+json",
                "config", blob(blobs, "application/vnd.oci.image.config.v1+json", image.bytes()),
                "layers", Json.arr(layer));
        var index = blob(blobs, "application/vnd.oci.image.manifest.v1+json", manifest.bytes())
                .with("annotations", Json.obj().with("org.opencontainers.image.ref.name", Json.of("it")));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.write(folder.resolve("index.json"), Json.obj("schemaVersion", 2, "manifests", Json.arr(index)).bytes());
        var copy = new ProcessBuilder(
                        "skopeo", "copy", "-q", "--dest-tls-verify=false", "oci:" + folder + ":it", "docker://" + REGISTRY + name)
                .inheritIO()
                .start();
        if (copy.waitFor() != 0) throw new IOException("not pushed: " + name);
    }

    private static Json.Obj blob(Path folder, String type, byte[] content) throws Exception {
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        Files.write(folder.resolve(hash), content);
        return Json.obj("mediaType", type, "digest", "sha256:" + hash, "size", content.length);
    }

    private static Entry file(Path path, int mode) throws IOException {
        return new Entry(Files.readAllBytes(path), mode, '0', "");
    }

    private static Entry text(String text, int mode) {
        return new Entry(text.getBytes(StandardCharsets.UTF_8), mode, '0', "");
    }

    /** An archive (POSIX ustar). */
    private static byte[] tar(Map<String, Entry> files) {
        var tar = new ByteArrayOutputStream();
        files.forEach((name, entry) -> {
            var header = new byte[512];
            put(header, 0, name);
            put(header, 100, "%07o".formatted(entry.mode));
            put(header, 108, "0000000");
            put(header, 116, "0000000");
            put(header, 124, "%011o".formatted(entry.content.length));
            put(header, 136, "00000000000");
            put(header, 148, "        ");
            header[156] = (byte) entry.type;
            put(header, 157, entry.link);
            put(header, 257, "ustar\00000");
            int sum = 0;
            for (byte b : header) sum += b & 0xff;
            put(header, 148, "%06o\0 ".formatted(sum));
            tar.writeBytes(header);
            tar.writeBytes(entry.content);
            tar.writeBytes(new byte[-entry.content.length & 511]);
        });
        tar.writeBytes(new byte[1024]);
        return tar.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
