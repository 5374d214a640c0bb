package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.http.Headers;
import io.smarter.http.Http2Stream;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Many watchers of one type, each with a connection of its own, and how long until the last one has an event. */
final class FanOut implements AutoCloseable {
    private static final String WATCH = "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<ApiClient> clients = new ArrayList<>();
    private final List<Http2Stream> streams = new ArrayList<>();
    private final AtomicReference<CountDownLatch> told = new AtomicReference<>(new CountDownLatch(0));
    private final ApiClient writer;

    FanOut(ClientConfig config, int watchers) throws IOException {
        writer = new ApiClient(config);
        var now = writer.list(Resource.CONFIG_MAPS, "kube-system", ListOptions.ALL)
                .resourceVersion();
        for (int i = 0; i < watchers; i++) {
            var client = new ApiClient(config);
            clients.add(client);
            var stream = client.open("GET", WATCH + now, Headers.of("accept", "application/json"), true);
            streams.add(stream);
            if (stream.status() != 200) throw new IOException("the watch was answered " + stream.status());
            Thread.ofVirtual().start(() -> count(stream));
        }
    }

    private void count(Http2Stream stream) {
        var part = new byte[4096];
        try {
            for (int length; (length = stream.in().read(part)) >= 0; )
                for (int i = 0; i < length; i++) if (part[i] == '\n') told.get().countDown();
        } catch (IOException e) {
            // closed: whoever waits for it hears of nothing and says so
        }
    }

    /** From the request that makes an object until the last watcher has been told. */
    Duration event(String name) throws IOException, InterruptedException {
        var latch = new CountDownLatch(streams.size());
        told.set(latch);
        var object = Json.obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", Json.obj("name", name));
        long begun = System.nanoTime();
        writer.create(Resource.CONFIG_MAPS, "default", object);
        if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            throw new IOException(
                    "%d of %d watchers heard nothing of %s".formatted(latch.getCount(), streams.size(), name));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        clients.forEach(ApiClient::close);
        writer.close();
    }
}
