package io.smarter.http;

/**
 * Counts frames that cost us work and the peer nothing (PING, SETTINGS, RST_STREAM, PRIORITY, empty DATA, unknown ones).
 * A peer may send a burst of them and then so many a second; more ends the connection. Used by one thread.
 */
final class FloodGuard {
    private static final int BURST = 1000;
    private static final int PER_SECOND = 100;

    private double left = BURST;
    private long last = System.nanoTime();

    void count() throws Http2Exception {
        long now = System.nanoTime();
        left = Math.min(BURST, left + (now - last) * 1e-9 * PER_SECOND);
        last = now;
        left -= 1;
        if (left < 0)
            throw Http2Exception.connection(Http2Error.ENHANCE_YOUR_CALM, "too many frames that carry nothing");
    }

    /** The peer sent something of worth, which pays for one frame. */
    void forgive() {
        left = Math.min(BURST, left + 1);
    }
}
