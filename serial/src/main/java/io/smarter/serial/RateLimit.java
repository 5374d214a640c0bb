package io.smarter.serial;

/** How many bytes may pass in a second, in bursts of a quarter of that. Times are those of {@link System#nanoTime}. */
final class RateLimit {
    private static final double SECOND = 1e9;

    private final long rate;
    private final double most;
    private double saved;
    private long last;

    /** @param rate 0 for no limit */
    RateLimit(long rate, long now) {
        this.rate = rate;
        this.most = Math.max(1, rate / 4.0);
        this.saved = most;
        this.last = now;
    }

    int allowed(long now) {
        if (rate == 0) return Integer.MAX_VALUE;
        saved = Math.min(most, saved + (now - last) * rate / SECOND);
        last = now;
        return (int) saved;
    }

    void take(int bytes) {
        if (rate != 0) saved -= bytes;
    }

    /** How long until half a burst is saved again. */
    long pause() {
        if (rate == 0) return 0;
        return Math.max(0, (long) Math.ceil((Math.max(1, most / 2) - saved) * SECOND / rate));
    }
}
