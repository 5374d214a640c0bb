package io.smarter.telemetry;

/**
 * How much the intake keeps.
 *
 * @param segmentBytes the size at which a new segment file is begun
 * @param segments how many segment files stay; the oldest is deleted when there are more
 * @param newest of how many (node, name) pairs the newest reading is known; the one not heard of for longest goes first
 * @param watchers how many watches may be open at once
 */
public record Limits(long segmentBytes, int segments, int newest, int watchers) {
    /** 64 MiB on disk, 100,000 pairs, 64 watches. */
    public static final Limits DEFAULT = new Limits(4 << 20, 16, 100_000, 64);

    public Limits {
        atLeastOne("segmentBytes", segmentBytes);
        atLeastOne("segments", segments);
        atLeastOne("newest", newest);
        atLeastOne("watchers", watchers);
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) throw new IllegalArgumentException("%s: must be 1 or more, was %d".formatted(what, value));
    }
}
