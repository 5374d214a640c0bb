package io.smarter.store;

import java.util.ArrayDeque;

/** Knows since when each revision is there, coarsely, and so up to which one may be forgotten. Not for many threads. */
final class Retention {
    private static final int MARKS = 30;

    private final StoreOptions options;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    private record Mark(long nanos, long revision) {}

    Retention(StoreOptions options) {
        this.options = options;
    }

    /** Remembers that a revision is the newest at a time, as {@link System#nanoTime} counts it. */
    void mark(long nanos, long revision) {
        long step = options.keepFor().toNanos() / MARKS;
        if (marks.isEmpty() || nanos - marks.getLast().nanos >= step) marks.add(new Mark(nanos, revision));
    }

    /** The newest revision that may be forgotten now; 0 if none. */
    long forgettable(long nanos, long revision) {
        long aged = 0;
        long oldest = options.keepFor().toNanos();
        while (!marks.isEmpty() && nanos - marks.getFirst().nanos >= oldest) {
            aged = marks.getFirst().revision;
            if (marks.size() == 1 || nanos - second().nanos < oldest) break;
            marks.remove();
        }
        return Math.max(0, Math.min(aged, revision - options.keepRevisions()));
    }

    private Mark second() {
        var iterator = marks.iterator();
        iterator.next();
        return iterator.next();
    }
}
