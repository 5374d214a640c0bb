package io.smarter.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all connections of one server share. */
final class NettyEndpoint {
    /** Sent down every pipeline when the server closes: take no new request. */
    enum Closing {
        NOW
    }

    private final HttpServerConfig config;
    private final Handler handler;
    private final NettyClock clock = new NettyClock();
    private final Set<NettyExchange> exchanges = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    NettyEndpoint(HttpServerConfig config, Handler handler) {
        this.config = config;
        this.handler = handler;
    }

    HttpServerConfig config() {
        return config;
    }

    String date() {
        return clock.date();
    }

    Handler handler() {
        return handler;
    }

    boolean closing() {
        return closing;
    }

    void started(NettyExchange exchange) {
        exchanges.add(exchange);
    }

    void ended(NettyExchange exchange) {
        exchanges.remove(exchange);
        if (closing) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Ends what has no end of its own, and waits for the rest. */
    synchronized void drain(Duration atMost) {
        closing = true;
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        while (!exchanges.isEmpty() && !interrupted) {
            exchanges.stream().filter(NettyExchange::lasting).forEach(NettyExchange::interrupt);
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) break;
            try {
                wait(Math.min(left, 50));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        exchanges.forEach(NettyExchange::interrupt);
        if (interrupted) Thread.currentThread().interrupt();
    }
}
