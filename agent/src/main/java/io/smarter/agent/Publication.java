package io.smarter.agent;

import io.smarter.client.ApiClient;
import io.smarter.http.Headers;
import io.smarter.http.Response;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Gives the cloud a version of the agent: uploads the files that it lacks, and then their list, signed. Used by one
 * thread.
 */
public record Publication(ApiClient client, TlsIdentity administrator) {
    /** The time of all files of a version. */
    public static final FileTime TIME = Staging.TIME;

    /** What was uploaded. */
    public record Uploaded(int files, long bytes) {}

    /**
     * Publishes the files of a folder for the platform of this machine.
     *
     * @param files relative to the folder
     * @throws IOException if the cloud refuses; the message is the cloud's
     */
    public Uploaded publish(String version, Path folder, List<Path> files) throws IOException {
        var listed = new ArrayList<ReleaseFile>();
        int uploaded = 0;
        long bytes = 0;
        for (var path : files) {
            var content = content(folder, path, version);
            var sha256 = HexFormat.of().formatHex(Digests.sha256().digest(content));
            long packed = packedThere(sha256);
            if (packed < 0) {
                var sent = packed(content);
                send("PUT", blob(sha256), sent);
                packed = sent.length;
                uploaded++;
                bytes += packed;
            }
            boolean executable = Files.isExecutable(folder.resolve(path));
            listed.add(new ReleaseFile(path.toString(), executable, content.length, sha256, packed));
        }
        var release = new Release(version, Release.ownPlatform(), Instant.now(), listed);
        var signed = SignedRelease.sign(release, administrator);
        send("PUT", "%s/versions/%s/%s".formatted(Download.PATH, version, release.platform()), signed.bytes());
        return new Uploaded(uploaded, bytes);
    }

    /** Only the file that says so depends on the version's name. */
    private static byte[] content(Path folder, Path path, String version) throws IOException {
        if (path.toString().equals(AgentFolder.VERSION)) return (version + "\n").getBytes(StandardCharsets.UTF_8);
        return Files.readAllBytes(folder.resolve(path));
    }

    private static byte[] packed(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream(content.length / 2 + 64);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    private static String blob(String sha256) {
        return "%s/blobs/%s".formatted(Download.PATH, sha256);
    }

    /** How long the packed form is that the cloud has of a file, whoever packed it; negative if it has none. */
    private long packedThere(String sha256) throws IOException {
        try (var stream = client.open("HEAD", blob(sha256), new Headers(), true)) {
            return stream.status() == 200 ? Long.parseLong(stream.headers().first("content-length", "-1")) : -1;
        } catch (NumberFormatException e) {
            throw new IOException(blob(sha256) + ": the cloud does not say how long it is", e);
        }
    }

    /** All versions that the cloud has. */
    public List<Json> versions() throws IOException {
        return Json.parse(send("GET", Download.PATH + "/versions", new byte[0]).body())
                .items("items");
    }

    /** Removes a version; gateways that run it go on. */
    public void remove(String version) throws IOException {
        Release.checkVersion(version);
        send("DELETE", Download.PATH + "/versions/" + version, new byte[0]);
    }

    private Response send(String method, String path, byte[] body) throws IOException {
        var answer = client.raw(method, path, body.length == 0 ? null : "application/octet-stream", body);
        if (answer.ok()) return answer;
        throw new IOException("%s %s: the cloud answered %d: %s"
                .formatted(
                        method, path, answer.status(), Json.parse(answer.body()).textOrEmpty("message")));
    }
}
