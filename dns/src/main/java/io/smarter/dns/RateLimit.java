package io.smarter.dns;

import java.io.Serial;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each address may ask: a token bucket, kept as the moment at which it is full again. Of more addresses than are kept those
 * that were silent for longest start with a full one. Safe for use by several threads.
 */
final class RateLimit {
    private static final int MOST_ADDRESSES = 4096;
    private static final long SECOND = 1_000_000_000L;

    private final long interval;
    private final long burst;
    private final Map<InetAddress, long[]> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, long[]> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /**
     * A limit.
     *
     * @param perSecond in the long run; 1 or more
     * @param most at once; 1 or more
     */
    RateLimit(int perSecond, int most) {
        interval = SECOND / perSecond;
        burst = interval * most;
    }

    /** Takes a token, if there is one, at a moment in nanoseconds. */
    synchronized boolean allows(InetAddress address, long now) {
        var full = fullAt.get(address);
        if (full == null) {
            full = new long[] {now};
            fullAt.put(address, full);
        }
        long wait = Math.max(0, full[0] - now);
        if (wait + interval > burst) return false;
        full[0] = now + wait + interval;
        return true;
    }
}
