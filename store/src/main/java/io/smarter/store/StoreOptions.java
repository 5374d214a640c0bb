package io.smarter.store;

import java.time.Duration;

/**
 * How much a store keeps.
 *
 * @param keepFor revisions younger than this are never compacted by the store itself
 * @param keepRevisions nor are the newest so many
 * @param recentEvents how many events are held in memory beside the disk, at most
 * @param recentBytes how many bytes of values those events hold, at most
 * @param maxValue bytes of the longest value
 * @param maxFile bytes that the database file may reach, after which writes fail until a compaction; 0 for no limit
 */
public record StoreOptions(
        Duration keepFor, long keepRevisions, int recentEvents, long recentBytes, int maxValue, long maxFile) {
    /** Five minutes and 10,000 revisions, 8 MiB of them in memory; values up to 1.5 MiB, as in etcd. */
    public static final StoreOptions DEFAULT =
            new StoreOptions(Duration.ofMinutes(5), 10_000, 4_096, 8L << 20, 3 << 19, 0);

    public StoreOptions {
        require(!keepFor.isNegative(), "keepFor", keepFor);
        require(keepRevisions >= 0, "keepRevisions", keepRevisions);
        require(recentEvents >= 0, "recentEvents", recentEvents);
        require(recentBytes >= 0, "recentBytes", recentBytes);
        require(maxValue >= 1, "maxValue", maxValue);
        require(maxFile >= 0, "maxFile", maxFile);
    }

    public StoreOptions withKeep(Duration time, long revisions) {
        return new StoreOptions(time, revisions, recentEvents, recentBytes, maxValue, maxFile);
    }

    public StoreOptions withRecent(int events, long bytes) {
        return new StoreOptions(keepFor, keepRevisions, events, bytes, maxValue, maxFile);
    }

    public StoreOptions withMaxFile(long bytes) {
        return new StoreOptions(keepFor, keepRevisions, recentEvents, recentBytes, maxValue, bytes);
    }

    private static void require(boolean valid, String name, Object value) {
        if (!valid) throw new IllegalArgumentException("store option %s out of range: %s".formatted(name, value));
    }
}
