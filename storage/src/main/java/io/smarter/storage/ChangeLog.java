package io.smarter.storage;

import org.jspecify.annotations.Nullable;

/** Changes by their place in the order in which they were told; the oldest can be forgotten. Used under a lock. */
final class ChangeLog {
    private @Nullable Change[] ring = new @Nullable Change[16];
    private long first;
    private long end;

    /** The place of the oldest change that is remembered. */
    long first() {
        return first;
    }

    /** The place that the next change will have. */
    long end() {
        return end;
    }

    void add(Change change) {
        if (end - first == ring.length) grow();
        ring[slot(end++)] = change;
    }

    Change get(long place) {
        var change = place >= first && place < end ? ring[slot(place)] : null;
        if (change == null)
            throw new IllegalArgumentException("no change at %d of %d to %d".formatted(place, first, end));
        return change;
    }

    Change forgetFirst() {
        var oldest = get(first);
        ring[slot(first++)] = null;
        return oldest;
    }

    /** The place of the first change after a revision. */
    long after(long revision) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (get(middle).revision() > revision) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void grow() {
        var larger = new @Nullable Change[ring.length * 2];
        for (long place = first; place < end; place++) larger[(int) (place & (larger.length - 1))] = ring[slot(place)];
        ring = larger;
    }

    private int slot(long place) {
        return (int) (place & (ring.length - 1));
    }
}
