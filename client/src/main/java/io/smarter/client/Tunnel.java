package io.smarter.client;

import io.smarter.http.Handler;
import java.time.Duration;

/**
 * The gateway's end of the tunnel: a stream to the cloud, kept up, over which the cloud sends requests to a handler.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class Tunnel implements AutoCloseable {
    /** How often the connection is checked when nothing else is said. */
    public static final Duration KEEPALIVE = Duration.ofSeconds(60);

    private Tunnel() {}

    /** Dials until it is up, and again whenever it is lost. */
    public static Tunnel start(ApiClient client, String path, Handler handler) {
        return start(client, path, handler, KEEPALIVE);
    }

    /**
     * @param keepalive how long nothing but a ping passes at most; a little is added at random
     */
    public static Tunnel start(ApiClient client, String path, Handler handler, Duration keepalive) {
        throw new UnsupportedOperationException();
    }

    public boolean connected() {
        throw new UnsupportedOperationException();
    }

    /** Calls back after each change of {@link #connected}. */
    public void onChange(Runnable callback) {}

    @Override
    public void close() {}
}
