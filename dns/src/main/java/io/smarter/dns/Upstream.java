package io.smarter.dns;

import io.smarter.dns.Tally.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Asks one server after the other until one answers. Safe for use by several threads, which wait meanwhile. */
final class Upstream {
    private static final long LONGEST = Duration.ofSeconds(8).toNanos();

    private final Tally tally;
    private final LongSupplier nanoTime;

    Upstream(Tally tally, LongSupplier nanoTime) {
        this.tally = tally;
        this.nanoTime = nanoTime;
    }

    /** What one of the servers says about the name; null where none of them does. */
    @Nullable
    Reply ask(QuestionKey key, Servers servers) {
        long deadline = System.nanoTime() + LONGEST;
        for (int attempt = 0; attempt < servers.listing().attempts(); attempt++) {
            for (var server : servers.inOrder()) {
                long nanos = Math.min(servers.listing().timeout().toNanos(), deadline - System.nanoTime());
                if (nanos <= 0 || Thread.currentThread().isInterrupted()) return null;
                tally.add(Event.UPSTREAM);
                try {
                    var reply = new Exchange(key, server, nanos).run();
                    servers.answered(server);
                    if (reply.isAnswer()) return reply;
                } catch (IOException e) {
                    servers.silent(server, nanoTime.getAsLong());
                }
            }
        }
        return null;
    }
}
