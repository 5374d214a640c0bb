package io.smarter.bench;

import io.smarter.client.ApiClient;
import io.smarter.http.Headers;
import io.smarter.http.Http2Stream;
import io.smarter.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Sees readings arrive in the cloud's intake, by their name. */
final class DatumWatch implements AutoCloseable {
    static final String PATH = "/telemetry/v1/readings";

    private final Http2Stream stream;
    private final Arrivals<Boolean> arrived = new Arrivals<>();

    private DatumWatch(Http2Stream stream) {
        this.stream = stream;
    }

    static DatumWatch open(ApiClient api, String node) throws IOException {
        var stream = api.open("GET", PATH + "?watch=1&node=" + node, Headers.of(), true);
        if (stream.status() != 200) throw new IOException("GET %s: status %d".formatted(PATH, stream.status()));
        var watch = new DatumWatch(stream);
        Thread.ofVirtual().name("readings").start(watch::run);
        return watch;
    }

    Arrivals<Boolean> arrived() {
        return arrived;
    }

    private void run() {
        try (var in = new BufferedReader(new InputStreamReader(stream.in(), StandardCharsets.UTF_8))) {
            for (String line; (line = in.readLine()) != null; )
                arrived.arrive(Json.parse(line).textOrEmpty("name"), true);
            arrived.fail(new IOException("the watch of readings ended"));
        } catch (IOException e) {
            arrived.fail(e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
