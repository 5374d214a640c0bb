package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.client.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches config maps through the lives of its server, each time from the last revision that it saw, and
 * keeps their state from nothing but events.
 */
final class Witness {
    private static final long PATIENCE_MILLIS = 30_000;

    /** One event; {@code value} is null when the config map was deleted. */
    record Seen(String name, long revision, @Nullable String value) {}

    private final Map<String, Scribe.State> state = new HashMap<>();
    private final List<Seen> events = new ArrayList<>();
    private long revision;
    private int expired;

    /** @param revision from which it watches */
    Witness(long revision) {
        this.revision = revision;
    }

    /** Watches until the connection is lost. */
    Void follow(ApiClient client) {
        try {
            while (true) watch(client);
        } catch (IOException e) {
            System.getLogger("faults").log(System.Logger.Level.DEBUG, "the server is gone", e);
            return null;
        }
    }

    private void watch(ApiClient client) throws IOException {
        var from = Long.toString(revision());
        try (var watch = client.watch(Resource.CONFIG_MAPS, "default", ListOptions.ALL, from, Duration.ofMinutes(10))) {
            for (var event = watch.next(); event != null; event = watch.next()) {
                if (event.type() == Watch.Type.ERROR) {
                    assertThat(event.object().number(0, "code")).isEqualTo(410);
                    relist(client);
                    return;
                }
                note(event);
            }
        }
    }

    private synchronized void note(Watch.Event event) {
        var name = event.object().textOrEmpty("metadata", "name");
        long newer = Long.parseLong(event.object().textOrEmpty("metadata", "resourceVersion"));
        if (name.startsWith(Scribe.NAME)) {
            assertThat(newer).as("revision of %s", event).isGreaterThan(revision);
            boolean gone = event.type() == Watch.Type.DELETED;
            var now = Scribe.State.of(event.object());
            assertThat(state.containsKey(name))
                    .as("known before %s", event)
                    .isEqualTo(event.type() != Watch.Type.ADDED);
            if (gone) state.remove(name);
            else state.put(name, now);
            events.add(new Seen(name, newer, gone ? null : now.value()));
        }
        revision = Math.max(revision, newer);
        notifyAll();
    }

    private void relist(ApiClient client) throws IOException {
        var list = client.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL);
        synchronized (this) {
            expired++;
            state.clear();
            events.clear();
            state.putAll(Scribe.states(list));
            revision = Long.parseLong(list.resourceVersion());
            notifyAll();
        }
    }

    synchronized long revision() {
        return revision;
    }

    /** How often it was told to look anew. */
    synchronized int expired() {
        return expired;
    }

    /** Waits until it has seen everything up to a revision. */
    synchronized void await(long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (revision < wanted) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            assertThat(left)
                    .as("the watch stands at %d, not %d", revision, wanted)
                    .isPositive();
            wait(left);
        }
    }

    /** What is there, by its events. */
    synchronized Map<String, Scribe.State> state() {
        return Map.copyOf(state);
    }

    /** The events that came since this was asked the last time. */
    synchronized List<Seen> takeEvents() {
        var taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
