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
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration wait = FIRST;
    private volatile @Nullable Failure failure;

    /** What it is at the moment; null for none. */
    @Nullable
    Failure now() {
        return failure;
    }

    /** Notes that something failed; gives the time to try again. */
    Instant failed(String message, Instant at) {
        var again = at.plus(wait);
        failure = new Failure("Error", message, at, again);
        var doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return again;
    }

    void over() {
        failure = null;
        wait = FIRST;
    }
}
