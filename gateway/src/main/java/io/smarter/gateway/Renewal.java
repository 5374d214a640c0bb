package io.smarter.gateway;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the node's certificate valid: renews it when two thirds of its time are over, and, when that was missed without a
 * link, after its end. Where the cloud refuses that, the node joins with the token that it was started with, or a person is
 * told. Pods are of no concern to it. Used by one thread, but for {@link #hurry}.
 */
final class Renewal {
    private static final System.Logger LOG = System.getLogger(Renewal.class.getName());
    private static final String SUBJECT = "certificate";
    private static final Duration LONGEST_SLEEP = Duration.ofHours(6);
    private static final Duration RETRY = Duration.ofMinutes(5);
    private static final Duration EXPIRED_RETRY = Duration.ofSeconds(20);
    private static final Duration REFUSED_RETRY = Duration.ofHours(1);

    private final Certificate certificate;
    private final @Nullable String token;
    private final Notices notices;
    private final InstantSource clock;
    private final Line line;
    private boolean hurried;
    private String told = "";

    /** The node's certificate. */
    interface Certificate {
        /** The node's name. */
        String name();

        /** When it is to be renewed. */
        Instant renewAt() throws IOException;

        /** When its time is over. */
        Instant end() throws IOException;

        /** Gets one that is valid for longer, for a new key. */
        void renew() throws IOException;

        /** Gets one for a token. */
        void join(JoinToken token) throws IOException;
    }

    /** The connection that shows the certificate. */
    interface Line {
        /** Dials anew, with the certificate that is now on disk. */
        void reopen() throws IOException;

        /** Dials no more: with this certificate the cloud answers nothing, and trying costs bytes. */
        void close();
    }

    /**
     * Keeps a certificate valid.
     *
     * @param token a join token, if there is one, for when the certificate can't be renewed any more
     * @param clock what time it is as far as is known
     */
    Renewal(Certificate certificate, @Nullable String token, Notices notices, InstantSource clock, Line line) {
        this.certificate = certificate;
        this.token = token;
        this.notices = notices;
        this.clock = clock;
        this.line = line;
    }

    /** Goes on until it is interrupted. */
    void run() throws InterruptedException {
        while (true) sleep(step());
    }

    /** Has it look now: something is known that was not before. */
    synchronized void hurry() {
        hurried = true;
        notifyAll();
    }

    private synchronized void sleep(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left; !hurried && (left = (end - System.nanoTime()) / 1_000_000) > 0; ) wait(left);
        hurried = false;
    }

    /** Does what is due; gives the time after which something may be. */
    Duration step() {
        try {
            var left = Duration.between(clock.instant(), certificate.renewAt());
            if (left.isPositive()) return left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP;
            renew();
            notices.end(SUBJECT);
            told = "";
            line.reopen();
            LOG.log(Level.INFO, "certificate renewed, it is valid until {0}", certificate.end());
            return LONGEST_SLEEP; // by a wrong clock it may seem to be due again
        } catch (Identity.RefusedException e) {
            return refused(e);
        } catch (IOException e) {
            var why = String.valueOf(e.getMessage());
            if (!why.equals(told)) LOG.log(Level.WARNING, "certificate not renewed yet: {0}", why);
            told = why;
            return hasExpired() ? EXPIRED_RETRY : RETRY;
        }
    }

    private void renew() throws IOException {
        try {
            certificate.renew();
        } catch (Identity.RefusedException e) {
            if (token == null) throw e;
            LOG.log(Level.WARNING, "certificate not renewed, joining anew: {0}", e.getMessage());
            try {
                certificate.join(JoinToken.parse(token));
            } catch (Identity.RefusedException | IllegalArgumentException again) {
                throw new Identity.RefusedException("%s; %s".formatted(e.getMessage(), again.getMessage()));
            }
        }
    }

    private Duration refused(Identity.RefusedException e) {
        notices.tell(
                SUBJECT,
                "the cloud does not renew this node's certificate (%s). Pods run on, but the cloud neither sees nor changes them. On the cloud, run 'smarter token create --name %s', then start this gateway once more with --token TOKEN"
                        .formatted(e.getMessage(), certificate.name()));
        if (hasExpired()) line.close();
        return REFUSED_RETRY;
    }

    private boolean hasExpired() {
        try {
            return clock.instant().isAfter(certificate.end());
        } catch (IOException e) {
            return false;
        }
    }
}
