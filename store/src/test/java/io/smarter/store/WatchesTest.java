package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Listener;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WatchesTest {
    private static final int EVENTS = 300_000;

    private final Present present = new Present(new TreeMap<>(), 1, 1_000, Long.MAX_VALUE);
    private final Watches watches = new Watches();

    /** The writer changes the memory before it delivers: a watch may join anywhere between. */
    @Test
    void whoeverJoinsWhileOthersWriteGetsEveryEventOnce() throws Exception {
        var written = new AtomicBoolean();
        int joined = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = threads.submit(() -> {
                for (long revision = 2; revision < EVENTS; revision++) write(revision);
                written.set(true);
                return null;
            });
            while (!written.get()) {
                long after = present.revision();
                var row = new Row(after);
                try (var watch = watches.make("/", after, row)) {
                    if (!watches.join(watch, present, after)) continue;
                    while (row.last < after + 3 && !row.broken && !written.get()) Thread.onSpinWait();
                }
                assertThat(row.broken).as("from %d on, at %d", after, row.last).isFalse();
                joined++;
            }
            writing.get();
        }
        assertThat(joined).isPositive();
    }

    private void write(long revision) {
        var entry = new Entry("/key", new byte[0], revision, revision);
        var events = List.of(new Event(Event.Kind.CREATED, entry, null));
        present.apply(events);
        watches.deliver(events);
    }

    /** Watches for the next revision after the last. */
    private static final class Row implements Listener {
        private volatile long last;
        private volatile boolean broken;

        Row(long after) {
            last = after;
        }

        @Override
        public void events(List<Event> batch) {
            for (var event : batch) {
                long revision = event.entry().revision();
                if (revision != last + 1) broken = true;
                last = revision;
            }
        }
    }
}
