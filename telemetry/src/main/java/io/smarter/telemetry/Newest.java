package io.smarter.telemetry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The newest reading of each (node, name), and those who watch. Safe for use by many threads. */
final class Newest {
    private record Key(String node, String name) {}

    /** What a query asks for; null is anything. */
    record Filter(@Nullable String node, @Nullable String name) {
        boolean meets(Reading reading) {
            return (node == null || node.equals(reading.node())) && (name == null || name.equals(reading.name()));
        }
    }

    private final Limits limits;
    /** The pair not heard of for longest comes first. */
    private final LinkedHashMap<Key, Reading> readings = new LinkedHashMap<>();

    private final Set<Watch> watches = new LinkedHashSet<>();

    Newest(Limits limits) {
        this.limits = limits;
    }

    /** Takes readings in the order in which they came; late ones reach the watches but do not replace a newer one. */
    synchronized void publish(List<Reading> batch) {
        for (var reading : batch) {
            var key = new Key(reading.node(), reading.name());
            var known = readings.remove(key);
            readings.put(key, known != null && known.time().isAfter(reading.time()) ? known : reading);
            if (readings.size() > limits.newest()) readings.pollFirstEntry();
            for (var watch : watches) watch.offer(reading);
        }
    }

    /** Ordered by node and name. */
    synchronized List<Reading> matching(Filter filter) {
        var matching = new ArrayList<Reading>();
        for (var reading : readings.values()) {
            if (filter.meets(reading)) matching.add(reading);
        }
        matching.sort(Comparator.comparing(Reading::node).thenComparing(Reading::name));
        return matching;
    }

    /** Begins a watch with what is known now, or null when there are as many as there may be. */
    synchronized @Nullable Watch watch(Filter filter) {
        if (watches.size() >= limits.watchers()) return null;
        var watch = new Watch(filter, matching(filter));
        watches.add(watch);
        return watch;
    }

    private synchronized void remove(Watch watch) {
        watches.remove(watch);
    }

    /** Ends all watches. */
    synchronized void end() {
        watches.forEach(Watch::end);
        watches.clear();
    }

    /** What one watcher has yet to be told. One that falls too far behind is ended, so that it never holds up others. */
    final class Watch implements AutoCloseable {
        private static final int MAX_PENDING = 8192;
        private static final Reading END = new Reading("", "", 0, "", Instant.EPOCH);

        private final Filter filter;
        private final List<Reading> first;
        private final BlockingQueue<Reading> pending = new LinkedBlockingQueue<>(MAX_PENDING);
        private boolean ended;

        private Watch(Filter filter, List<Reading> first) {
            this.filter = filter;
            this.first = first;
        }

        /** What was known when the watch began. */
        List<Reading> first() {
            return first;
        }

        /** Waits for readings; none means that the watch has ended. */
        List<Reading> next() throws InterruptedException {
            var next = new ArrayList<Reading>();
            next.add(pending.take());
            pending.drainTo(next);
            int end = next.indexOf(END);
            return end < 0 ? next : List.of();
        }

        private void offer(Reading reading) {
            if (!ended && filter.meets(reading) && !pending.offer(reading)) end();
        }

        private void end() {
            ended = true;
            pending.clear();
            pending.add(END);
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
