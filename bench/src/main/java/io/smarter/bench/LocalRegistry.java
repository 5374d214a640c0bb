package io.smarter.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a port of 127.0.0.1, from which runtimes pull without TLS, for as long as it is open. */
final class LocalRegistry implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private LocalRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it with its data in a folder.
     *
     * @throws IOException if the package docker-registry is not installed, or it does not start
     */
    static LocalRegistry start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        var settings =
                Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log:
                  level: error
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                """.formatted(folder.resolve("registry"), port));
        var log = folder.resolve("registry.log");
        var process = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var registry = new LocalRegistry(process, port);
        try {
            registry.awaitReady(log);
            return registry;
        } catch (IOException | InterruptedException e) {
            registry.close();
            throw e;
        }
    }

    /** The full name of an image here. */
    String reference(String name) {
        return "127.0.0.1:%d/%s:1".formatted(port, name);
    }

    /** Stores an image (OCI distribution-spec, "Push"). */
    void push(String name, BenchImage image) throws IOException, InterruptedException {
        for (var blob : image.blobs()) {
            var begin = HttpRequest.newBuilder(uri("/v2/" + name + "/blobs/uploads/"))
                    .POST(BodyPublishers.noBody())
                    .build();
            var location = expect(202, begin).headers().firstValue("location").orElse("");
            var upload = uri("/").resolve(location);
            var target = URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest=" + blob.digest());
            expect(
                    201,
                    HttpRequest.newBuilder(target)
                            .PUT(BodyPublishers.ofFile(blob.file()))
                            .build());
        }
        var manifest = HttpRequest.newBuilder(uri("/v2/" + name + "/manifests/1"))
                .header("Content-Type", BenchImage.MANIFEST_TYPE)
                .PUT(BodyPublishers.ofByteArray(image.manifest()))
                .build();
        expect(201, manifest);
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                expect(200, HttpRequest.newBuilder(uri("/v2/")).build());
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline)
                    throw new IOException(
                            "docker-registry does not start: "
                                    + Files.readString(log).strip(),
                            e);
                Thread.sleep(50);
            }
        }
    }

    private HttpResponse<String> expect(int status, HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == status) return answer;
        throw new IOException("%s %s: status %d: %s"
                .formatted(
                        request.method(),
                        request.uri(),
                        answer.statusCode(),
                        answer.body().strip()));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
