package io.smarter.gateway;

import io.smarter.gateway.Memory.Failure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a worker from looking after its pod at all: it tries again after a second, then two, up to thirty. Changed by one
 * thread; any may ask what it is.
 */
final class Trouble {
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private @Nullable Duration pause;
    private volatile @Nullable Failure failure;

    /** What it is at the moment; null for none. */
    @Nullable
    Failure now() {
        return failure;
    }

    /** Notes that something failed; gives the time to try again. */
    Instant failed(String message, Instant at) {
        var next = PAUSES.after(pause);
        pause = next;
        failure = new Failure("Error", message, at, at.plus(next));
        return at.plus(next);
    }

    void over() {
        failure = null;
        pause = null;
    }
}
