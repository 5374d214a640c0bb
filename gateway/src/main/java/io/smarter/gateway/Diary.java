package io.smarter.gateway;

import io.smarter.api.Pod;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened lately to the pods of this node, also to those that are gone, for people who ask why. In memory only and
 * bounded: the newest entries of the pods that were written of last. Passes on what it is told, as the cloud's events are
 * made of it. Safe for use by many threads.
 */
final class Diary implements EventLog {
    private static final int MOST_PODS = 128;
    private static final int MOST_ENTRIES = 24;
    private static final int LONGEST = 400;

    private final EventLog events;
    private final InstantSource clock;

    private final Map<String, Page> pages = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Page> eldest) {
            return size() > MOST_PODS;
        }
    };

    /**
     * Something that happened.
     *
     * @param at when, the last time
     * @param container empty if it happened to the whole pod
     * @param count how often in a row
     */
    record Entry(Instant at, String container, String reason, String message, int count) {
        private boolean is(Entry other) {
            return container.equals(other.container) && reason.equals(other.reason) && message.equals(other.message);
        }
    }

    /** The entries of one pod, oldest first. */
    record Page(String uid, String namespace, String name, List<Entry> entries) {
        private Page copy() {
            var sorted = new ArrayList<>(entries);
            sorted.sort(Comparator.comparing(Entry::at)); // stable: what comes at once stays in its order
            return new Page(uid, namespace, name, List.copyOf(sorted));
        }
    }

    /** Keeps what it is told and tells it to {@code events}. */
    Diary(EventLog events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void record(Pod pod, String container, Kind kind, String reason, String message) {
        note(pod, container, clock.instant(), reason, message);
        events.record(pod, container, kind, reason, message);
    }

    @Override
    public synchronized void note(Pod pod, String container, Instant at, String reason, String message) {
        var text = message.length() > LONGEST ? message.substring(0, LONGEST - 1) + "…" : message;
        var page =
                pages.computeIfAbsent(pod.uid(), uid -> new Page(uid, pod.namespace(), pod.name(), new ArrayList<>(4)));
        var entries = page.entries();
        var entry = new Entry(at, container, reason, text, 1);
        for (int i = entries.size() - 1; i >= 0 && i >= entries.size() - 3; i--) {
            if (!entries.get(i).is(entry)) continue;
            entry = new Entry(at, container, reason, text, entries.remove(i).count() + 1);
            break;
        }
        entries.add(entry);
        if (entries.size() > MOST_ENTRIES) entries.removeFirst();
    }

    /** What is known of a pod; nothing if it never was here or that is long ago. */
    synchronized List<Entry> of(String uid) {
        var page = pages.get(uid);
        return page == null ? List.of() : page.copy().entries();
    }

    /** The pod of a name that was written of last; null if none is remembered. */
    synchronized @Nullable Page find(String namespace, String name) {
        Page found = null;
        for (var page : pages.values()) {
            if (page.namespace().equals(namespace) && page.name().equals(name)) found = page;
        }
        return found == null ? null : found.copy();
    }
}
