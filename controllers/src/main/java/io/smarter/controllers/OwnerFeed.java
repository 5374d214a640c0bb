package io.smarter.controllers;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.Watch;
import io.smarter.controllers.OwnerGraph.Item;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hears from the server, in one stream for all types, what belongs to whom; begins anew whenever that ends. */
final class OwnerFeed implements AutoCloseable {
    static final String PATH = "/smarter/owners";

    private static final System.Logger LOG = System.getLogger("io.smarter.controllers");

    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));
    private final ApiClient client;
    private final Listener listener;
    private final Map<String, Resource> resources = new HashMap<>();
    private final Thread thread = Thread.ofVirtual().name("owners-feed").unstarted(this::run);
    private volatile @Nullable Watch watch;
    private volatile boolean closed;

    /** Is told by one thread. */
    interface Listener {
        /** What is there is told anew, in any order. */
        void begins();

        void put(Item item);

        void gone(String uid);

        /** Everything that is there has been told; what else was known is gone. */
        void complete(Set<String> there);
    }

    OwnerFeed(ApiClient client, Listener listener) {
        this.client = client;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        var open = watch;
        if (open != null) open.close();
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try (var events = client.watch(PATH)) {
                watch = events;
                if (!closed) listen(events);
            } catch (IOException | RuntimeException e) {
                LOG.log(DEBUG, "hearing of owners failed, is tried again", e);
            }
            try {
                if (!closed) Thread.sleep(backoff.failed(PATH));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void listen(Watch events) throws IOException {
        var there = new HashSet<String>();
        boolean complete = false;
        listener.begins();
        for (var event = events.next(); event != null && !closed; event = events.next()) {
            var object = event.object();
            switch (event.type()) {
                case ADDED, MODIFIED -> {
                    var item = Item.of(resource(object), object);
                    if (!complete) there.add(item.uid());
                    listener.put(item);
                }
                case DELETED -> listener.gone(object.textOrEmpty("metadata", "uid"));
                case BOOKMARK -> {
                    if (complete) break;
                    complete = true;
                    listener.complete(there);
                    there = new HashSet<>();
                    backoff.succeeded(PATH);
                }
                case ERROR -> throw new IOException(object.textOrEmpty("message"));
            }
        }
        if (!closed) LOG.log(INFO, "the stream of owners has ended, it is begun anew");
    }

    /** The type of an object, the same for all that are of it. */
    private Resource resource(Json.Obj object) {
        var version = object.textOrEmpty("apiVersion");
        var plural = object.textOrEmpty("plural");
        return resources.computeIfAbsent(
                version + "/" + plural,
                _ -> Resource.in(version, plural, object.textOrEmpty("kind"), object.flag("namespaced")));
    }
}
