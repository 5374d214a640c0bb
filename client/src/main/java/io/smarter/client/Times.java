package io.smarter.client;

import java.time.Instant;

/** What is known of the time where a machine's clock may be wrong, and who learns of it. Used by many threads. */
public interface Times {
    /** What time it is at least. */
    Instant atLeast();

    /**
     * A server that was trusted says what time it is.
     *
     * @param date as a {@code Date} field has it (RFC 9110 §5.6.7); whatever the server sent
     */
    void told(String date);
}
