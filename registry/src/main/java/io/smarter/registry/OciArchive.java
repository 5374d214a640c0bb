package io.smarter.registry;

import io.smarter.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes an image as one file (OCI image layout in a tar archive), as {@code ctr images import}, {@code skopeo} and
 * {@code docker load} read it. Layers are not compressed: the file is for loading, not for keeping. The same image
 * always gives the same bytes.
 */
public final class OciArchive {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private OciArchive() {}

    /**
     * Writes an image. The file appears under its name when it is complete and on the disk.
     *
     * @param reference the image's full name, such as {@code registry.local/team/app:1}
     * @param layers bottom first
     * @return the digest of the image's manifest, {@code sha256:…}
     */
    public static String write(Path archive, String reference, ImageConfig config, List<Layer> layers)
            throws IOException {
        var folder = Files.createTempDirectory(archive.toAbsolutePath().getParent(), ".image");
        var blobs = new ArrayList<Blob>();
        try {
            for (var layer : layers) blobs.add(Blob.of(layer, folder.resolve("layer" + blobs.size())));
            var configBlob = Blob.of(
                    CONFIG, config.toJson(blobs.stream().map(Blob::digest).toList()));
            var manifest = Blob.of(MANIFEST, manifest(configBlob, blobs));
            var whole = folder.resolve("archive");
            blobs.add(configBlob);
            blobs.add(manifest);
            writeArchive(whole, index(manifest, reference), blobs);
            Files.move(whole, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return manifest.digest();
        } finally {
            remove(folder);
        }
    }

    private static Json manifest(Blob config, List<Blob> layers) {
        return Json.obj(
                "schemaVersion",
                2,
                "mediaType",
                MANIFEST,
                "config",
                config.descriptor(),
                "layers",
                layers.stream().map(Blob::descriptor).toList());
    }

    private static Json index(Blob manifest, String reference) {
        int colon = reference.lastIndexOf(':');
        var tag = colon > reference.lastIndexOf('/') ? reference.substring(colon + 1) : "latest";
        var annotations = Json.obj("io.containerd.image.name", reference, "org.opencontainers.image.ref.name", tag);
        return Json.obj(
                "schemaVersion", 2, "manifests", List.of(manifest.descriptor().with("annotations", annotations)));
    }

    private static void writeArchive(Path file, Json index, List<Blob> blobs) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            var tar = new TarWriter(out);
            tar.file(
                    "oci-layout",
                    0644,
                    Content.of(Json.obj("imageLayoutVersion", "1.0.0").bytes()));
            tar.file("index.json", 0644, Content.of(index.bytes()));
            tar.folder("blobs", 0755);
            tar.folder("blobs/sha256", 0755);
            var written = new HashSet<String>();
            for (var blob : blobs) {
                if (written.add(blob.digest()))
                    tar.file("blobs/" + blob.digest().replace(':', '/'), 0644, blob.content());
            }
            tar.finish();
            channel.force(true);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var left = Files.list(folder)) {
            for (var file : (Iterable<Path>) left::iterator) Files.delete(file);
        }
        Files.delete(folder);
    }

    private record Blob(String mediaType, String digest, long size, Content content) {
        static Blob of(String mediaType, Json json) {
            var bytes = json.bytes();
            return new Blob(mediaType, hex(sha256().digest(bytes)), bytes.length, Content.of(bytes));
        }

        static Blob of(Layer layer, Path file) throws IOException {
            var sha256 = sha256();
            try (OutputStream out =
                    new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), sha256), 1 << 16)) {
                layer.writeTo(out);
            }
            return new Blob(LAYER, hex(sha256.digest()), Files.size(file), Content.of(file));
        }

        Json.Obj descriptor() {
            return Json.obj("mediaType", mediaType, "digest", digest, "size", size);
        }

        private static String hex(byte[] sha256) {
            return "sha256:" + HexFormat.of().formatHex(sha256);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-256", e);
            }
        }
    }
}
