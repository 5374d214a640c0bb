package io.smarter.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait between tries: each time twice as long, up to the longest. */
record Pauses(Duration first, Duration longest) {
    /** The pause that follows another one; null for none. */
    Duration after(@Nullable Duration before) {
        if (before == null) return first;
        var doubled = before.multipliedBy(2);
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
