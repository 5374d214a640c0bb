package io.smarter.bench;

import io.smarter.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * The demo's image, padded to the size of the paper's, as a registry serves it: compressed. The padding is the lowest
 * layer, so that a runtime shares none of the layers with the demo itself and must unpack them all.
 */
final class BenchImage {
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
    /** About 50 MB must be pulled in the paper's case NoImage. */
    private static final long SIZE = 50_000_000;

    private static final int TAR_BLOCK = 512;

    /** Content by its digest. */
    record Blob(String digest, Path file) {}

    private final Path folder;
    private final List<Blob> layers = new ArrayList<>();
    private final List<String> diffIds = new ArrayList<>();
    private Blob config;
    private byte[] manifest = {};

    private BenchImage(Path folder) {
        this.folder = folder;
        this.config = new Blob("", folder);
    }

    /** Makes the image from an OCI archive; its blobs are files in a folder, which must be empty. */
    static BenchImage of(Path archive, Path folder) throws IOException, InterruptedException {
        var image = new BenchImage(folder);
        var layout = Files.createDirectory(folder.resolve("layout"));
        var tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", layout.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) throw new IOException(archive + ": tar ended with status " + tar.exitValue());
        image.build(layout);
        return image;
    }

    private void build(Path layout) throws IOException {
        var index = Json.parse(Files.readAllBytes(layout.resolve("index.json")));
        var from = json(layout, index.items("manifests").getFirst().textOrEmpty("digest"));
        var fromConfig = json(layout, from.textOrEmpty("config", "digest"));
        for (var layer : from.items("layers")) compress(blob(layout, layer.textOrEmpty("digest")));
        long size = 0;
        for (var layer : layers) size += Files.size(layer.file());
        pad((int) Math.max(TAR_BLOCK, SIZE - size));
        var rootfs = Json.obj("type", "layers", "diff_ids", diffIds);
        config = write("config", ((Json.Obj) fromConfig).with("rootfs", rootfs).bytes());
        var descriptors = new ArrayList<Json>();
        for (var layer : layers) descriptors.add(descriptor(LAYER_TYPE, layer));
        manifest = Json.obj(
                        "schemaVersion",
                        2,
                        "mediaType",
                        MANIFEST_TYPE,
                        "config",
                        descriptor(CONFIG_TYPE, config),
                        "layers",
                        descriptors)
                .bytes();
    }

    /** Configuration and layers. */
    List<Blob> blobs() {
        var all = new ArrayList<>(layers);
        all.add(config);
        return all;
    }

    byte[] manifest() {
        return manifest.clone();
    }

    private void compress(Path layer) throws IOException {
        diffIds.add("sha256:" + layer.getFileName());
        var file = folder.resolve("layer" + layers.size());
        var digest = sha256();
        try (var out = new GZIPOutputStream(new DigestOutputStream(Files.newOutputStream(file), digest), 1 << 16)) {
            Files.copy(layer, out);
        }
        layers.add(new Blob(name(digest), file));
    }

    /** Adds a layer of one file with bytes that do not compress, always the same ones. */
    private void pad(int size) throws IOException {
        var file = folder.resolve("padding");
        var compressed = sha256();
        var plain = sha256();
        try (OutputStream out = new BufferedOutputStream(
                new DigestOutputStream(
                        new GZIPOutputStream(new DigestOutputStream(Files.newOutputStream(file), compressed), 1 << 16),
                        plain),
                1 << 16)) {
            var bytes = new byte[size / TAR_BLOCK * TAR_BLOCK];
            new Random(1).nextBytes(bytes);
            out.write(header("padding", bytes.length));
            out.write(bytes);
            out.write(new byte[2 * TAR_BLOCK]);
        }
        layers.addFirst(new Blob(name(compressed), file));
        diffIds.addFirst(name(plain));
    }

    /** A tar header (POSIX ustar) of a plain file. */
    private static byte[] header(String name, long size) {
        var header = new byte[TAR_BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
        put(header, 124, "%011o".formatted(size) + "\0" + "00000000000\0");
        Arrays.fill(header, 148, 156, (byte) ' ');
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) sum += b & 0xff;
        put(header, 148, "%06o".formatted(sum) + "\0");
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        for (int i = 0; i < text.length(); i++) header[at + i] = (byte) text.charAt(i);
    }

    private Blob write(String name, byte[] content) throws IOException {
        var digest = sha256();
        digest.update(content);
        return new Blob(name(digest), Files.write(folder.resolve(name), content));
    }

    private static Json.Obj descriptor(String type, Blob blob) throws IOException {
        return Json.obj("mediaType", type, "digest", blob.digest(), "size", Files.size(blob.file()));
    }

    private static Json json(Path layout, String digest) throws IOException {
        return Json.parse(Files.readAllBytes(blob(layout, digest)));
    }

    private static Path blob(Path layout, String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    private static String name(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
