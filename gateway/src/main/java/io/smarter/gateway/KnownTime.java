package io.smarter.gateway;

import io.smarter.client.Times;
import io.smarter.http.Pem;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What time it is, as far as is known, on a machine whose clock may be wrong: by a cloud that was trusted, from then on by a
 * count that no step of the clock changes; before, by the clock, but not before the last time that a cloud told. That is in a
 * file, written at most once a day. The machine's clock is left alone. Safe for use by many threads.
 *
 * <p>What time it is at least comes from clouds alone: a clock that was ahead once would otherwise be believed for years.
 */
final class KnownTime implements InstantSource, Times {
    private static final System.Logger LOG = System.getLogger(KnownTime.class.getName());
    private static final Duration KEPT_EVERY = Duration.ofDays(1);
    private static final Duration LISTEN_EVERY = Duration.ofMinutes(1);
    private static final Duration TOLERATED = Duration.ofMinutes(1);

    private final Path file;
    private final Instant begin;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private Instant kept;
    private Listener listener = (_, _) -> {};
    private @Nullable SteadyClock told;
    private Duration ahead = Duration.ZERO;

    /** Is told what a cloud's time says about the machine's clock. */
    @FunctionalInterface
    interface Listener {
        /**
         * The clock is off by so much, negative when it is behind; zero when it is right. Called when that changed.
         *
         * @param turned whether it was right before and is not now, or the other way round
         */
        void changed(Duration ahead, boolean turned);
    }

    /**
     * What was kept in a file, if it is there, and what a machine's clock says.
     *
     * @param begin what time it is at least without the file
     * @param nanos counts nanoseconds, as {@link System#nanoTime} does
     */
    KnownTime(Path file, Instant begin, InstantSource clock, LongSupplier nanos) {
        this.file = file;
        this.begin = begin;
        this.clock = clock;
        this.nanos = nanos;
        kept = notBefore(begin, read(file));
    }

    /** That of the node with an identity in a folder: it is not before its certificate was made. */
    static KnownTime of(Path identity, InstantSource clock) throws IOException {
        var certificate = identity.resolve("node.crt");
        var begin = Files.exists(certificate)
                ? Pem.certificates(certificate).getFirst().getNotBefore().toInstant()
                : Instant.EPOCH;
        return new KnownTime(identity.resolve("time"), begin, clock, System::nanoTime);
    }

    private static Instant notBefore(Instant begin, Instant time) {
        return time.isBefore(begin) ? begin : time;
    }

    private static Instant read(Path file) {
        try {
            return Files.exists(file) ? Instant.parse(Files.readString(file).strip()) : Instant.EPOCH;
        } catch (IOException | DateTimeException e) {
            LOG.log(Level.WARNING, "{0} holds no time: {1}", file, e.getMessage());
            return Instant.EPOCH;
        }
    }

    /** Has somebody told of the clock. */
    void listen(Listener to) {
        Duration now;
        synchronized (this) {
            listener = to;
            now = ahead;
        }
        if (!now.isZero()) to.changed(now, true);
    }

    @Override
    public synchronized Instant instant() {
        if (told != null) return told.instant();
        return notBefore(kept, clock.instant());
    }

    @Override
    public synchronized Instant atLeast() {
        return told == null ? kept : notBefore(begin, told.begin());
    }

    @Override
    public void told(String date) {
        Listener to;
        Duration off;
        boolean turned;
        synchronized (this) {
            long at = nanos.getAsLong();
            if (told != null && at - told.began() < LISTEN_EVERY.toNanos()) return;
            Instant time;
            try {
                time = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
            } catch (DateTimeException e) {
                return; // it says nothing
            }
            told = new SteadyClock(time, nanos, at);
            keep(time);
            var between = Duration.between(time, clock.instant());
            off = between.abs().compareTo(TOLERATED) > 0 ? between : Duration.ZERO;
            turned = off.isZero() != ahead.isZero();
            if (!turned && off.minus(ahead).abs().compareTo(TOLERATED) <= 0) return;
            ahead = off;
            to = listener;
        }
        to.changed(off, turned);
    }

    /** A cloud whose own clock was ahead takes back what it said once that is set. */
    private void keep(Instant time) {
        var next = notBefore(begin, time);
        if (Duration.between(kept, next).abs().compareTo(KEPT_EVERY) < 0) return;
        kept = next;
        try {
            DataFolder.write(file, (next + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the time was not kept: {0}", e.getMessage());
        }
    }
}
