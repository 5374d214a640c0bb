package io.smarter.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What other servers said, the ones that were asked for last. An answer whose time is over is kept on, for when nobody says anything newer,
 * RFC 8767. Safe for use by several threads.
 */
final class Cache {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_STALE = Duration.ofDays(3).toSeconds();

    /** Before a stale answer is asked for anew when nobody answered, RFC 8767 section 5. */
    private static final long ASK_AGAIN = 30 * SECOND;

    /** What an entry takes beside its bytes: objects of the map, the key and the reply. */
    private static final int OVERHEAD = 250;

    private final int mostBytes;
    private final int mostEntries;
    private final LongSupplier nanoTime;
    private final Map<QuestionKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    Cache(int mostBytes, int mostEntries, LongSupplier nanoTime) {
        this.mostBytes = mostBytes;
        this.mostEntries = mostEntries;
        this.nanoTime = nanoTime;
    }

    private static final class Entry {
        private final Reply reply;
        private final long since;
        private boolean failed;
        private long failedAt;

        private Entry(Reply reply, long since) {
            this.reply = reply;
            this.since = since;
        }
    }

    /**
     * What is known.
     *
     * @param age in seconds
     * @param asked whether nobody answered just now
     */
    record Found(Reply reply, long age, boolean asked) {
        boolean isFresh() {
            return age < reply.seconds();
        }
    }

    synchronized @Nullable Found find(QuestionKey key) {
        var entry = entries.get(key);
        if (entry == null) return null;
        long now = nanoTime.getAsLong();
        long age = (now - entry.since) / SECOND;
        if (age >= entry.reply.seconds() + LONGEST_STALE) {
            remove(key);
            return null;
        }
        return new Found(entry.reply, age, entry.failed && now - entry.failedAt < ASK_AGAIN);
    }

    /** Keeps an answer in place of what was known; one that is not to be kept takes that away. */
    synchronized void put(QuestionKey key, Reply reply) {
        remove(key);
        int cost = cost(key, reply);
        if (reply.seconds() == 0 || cost > mostBytes) return;
        entries.put(key, new Entry(reply, nanoTime.getAsLong()));
        bytes += cost;
        var eldest = entries.entrySet().iterator();
        while (bytes > mostBytes || entries.size() > mostEntries) {
            var old = eldest.next();
            bytes -= cost(old.getKey(), old.getValue().reply);
            eldest.remove();
        }
    }

    private void remove(QuestionKey key) {
        var entry = entries.remove(key);
        if (entry != null) bytes -= cost(key, entry.reply);
    }

    /** Notes that nobody answers. */
    synchronized void failed(QuestionKey key) {
        var entry = entries.get(key);
        if (entry == null) return;
        entry.failed = true;
        entry.failedAt = nanoTime.getAsLong();
    }

    /** Lets everything be asked anew, as there are other servers. */
    synchronized void forgetFailures() {
        entries.values().forEach(entry -> entry.failed = false);
    }

    synchronized int size() {
        return entries.size();
    }

    synchronized long bytes() {
        return bytes;
    }

    private static int cost(QuestionKey key, Reply reply) {
        return OVERHEAD + key.name().length() + reply.size();
    }
}
