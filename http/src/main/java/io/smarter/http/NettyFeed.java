package io.smarter.http;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A feed whose lane is its connection's event loop. */
final class NettyFeed implements Feed {
    private final NettyExchange exchange;
    private final NettyWire wire;
    private final Source source;
    private final long patience;
    private @Nullable Future<?> giveUp;
    private boolean over;

    /** @param patience within which the client must take what waits for it, in nanoseconds */
    NettyFeed(NettyExchange exchange, NettyWire wire, Source source, long patience) {
        this.exchange = exchange;
        this.wire = wire;
        this.source = source;
        this.patience = patience;
    }

    void begin() {
        execute(() -> {
            if (exchange.isGone()) end(true);
            if (over) return;
            source.begin(this);
            watchOver();
        });
    }

    /** Ends it before its time: the client is gone, or the server closes. */
    void interrupt() {
        execute(() -> end(true));
    }

    /** The client may take more again. Not at once: this is called from within {@link #flush}. */
    void signal() {
        lane().execute(() -> {
            if (over || !wire.isWritable()) return;
            watchOver();
            source.ready();
        });
    }

    private EventExecutor lane() {
        return wire.executor();
    }

    @Override
    public void execute(Runnable task) {
        lane().execute(task);
    }

    @Override
    public Runnable later(Duration delay, Runnable task) {
        var scheduled = lane().schedule(
                        () -> {
                            if (!over) task.run();
                        },
                        delay.toNanos(),
                        TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public boolean isReady() {
        return !over && wire.isWritable();
    }

    @Override
    public void send(byte[] part) {
        if (!over) wire.part(part);
    }

    @Override
    public void flush() {
        if (over) return;
        wire.flush();
        watchOver();
    }

    /** Gives the client up if it stays as it is, when it takes nothing. */
    private void watchOver() {
        if (wire.isWritable()) {
            if (giveUp != null) giveUp.cancel(false);
            giveUp = null;
        } else if (giveUp == null && !over) {
            giveUp = lane().schedule(() -> end(true), patience, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        end(false);
    }

    private void end(boolean abort) {
        if (over) return;
        over = true;
        if (giveUp != null) giveUp.cancel(false);
        if (abort) {
            wire.abort();
        } else {
            wire.data(Unpooled.EMPTY_BUFFER, true);
            wire.finish();
        }
        exchange.over();
        source.over();
    }
}
