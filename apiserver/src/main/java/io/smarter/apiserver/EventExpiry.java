package io.smarter.apiserver;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Forgets events an hour after they last happened, as Kubernetes does. */
final class EventExpiry implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final int PAGE = 200;

    private final Store store;
    private final ApiType events;
    private final Clock clock;
    private final Thread thread;

    private EventExpiry(Store store, ApiType events, Clock clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("event-expiry").unstarted(this::run);
    }

    /** Sweeps from time to time until it is closed. */
    static EventExpiry start(Store store, ApiType events, Clock clock) {
        var expiry = new EventExpiry(store, events, clock);
        expiry.thread.start();
        return expiry;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(EVERY);
                sweep(store, events, clock.instant());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (thread.isInterrupted()) return;
                LOG.log(WARNING, "sweeping events failed", e);
            }
        }
    }

    /** Removes the events that are over; one that is written meanwhile stays. */
    static void sweep(Store store, ApiType events, Instant now) {
        String after = null;
        try {
            while (true) {
                var page = store.list(events.folder(), after, PAGE, 0);
                for (var entry : page.entries()) {
                    if (isOver(new Stored(events, entry).tree(), now)) store.delete(entry.key(), entry.revision());
                }
                if (page.remaining() <= 0 || page.entries().isEmpty()) return;
                after = page.entries().getLast().key();
            }
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
    }

    private static boolean isOver(Json.Obj event, Instant now) {
        Instant last = null;
        for (var text : new String[] {
            event.text("series", "lastObservedTime"),
            event.text("lastTimestamp"),
            event.text("eventTime"),
            event.text("metadata", "creationTimestamp")
        }) {
            var time = ObjectMeta.instant(text);
            if (time != null && (last == null || time.isAfter(last))) last = time;
        }
        return last == null || last.plus(KEPT).isBefore(now);
    }
}
