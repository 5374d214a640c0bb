package io.smarter.tunnel;

import io.smarter.http.Duplex;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Carries bytes between two two-way streams without looking at them. The end of one direction is passed on as such, so
 * the other may still run dry; after the far side has ended the near one gets a moment to notice, and an error or an
 * interrupt ends both.
 */
final class StreamPipe {
    private static final int BUFFER = 16 << 10;
    private static final long FAREWELL_SECONDS = 5;

    private final Duplex near;
    private final Duplex far;
    private final CountDownLatch nearEnded = new CountDownLatch(1);

    private StreamPipe(Duplex near, Duplex far) {
        this.near = near;
        this.far = far;
    }

    /** Returns when both directions have ended; both streams are closed then. */
    static void run(Duplex near, Duplex far, String name) throws IOException, InterruptedException {
        new StreamPipe(near, far).run(name);
    }

    private void run(String name) throws IOException, InterruptedException {
        var back = Thread.ofVirtual().name(name + " back").start(this::carryBack);
        try {
            carry(near, far);
            nearEnded.countDown();
            back.join();
        } finally {
            nearEnded.countDown();
            closeBoth();
            back.join();
        }
    }

    private void carryBack() {
        try {
            carry(far, near);
            if (nearEnded.await(FAREWELL_SECONDS, TimeUnit.SECONDS)) return;
        } catch (IOException | InterruptedException e) {
            System.getLogger("io.smarter.tunnel").log(System.Logger.Level.DEBUG, () -> "stream ended: " + e);
        }
        closeBoth();
    }

    private static void carry(Duplex from, Duplex to) throws IOException {
        var part = new byte[BUFFER];
        for (int count; (count = from.in().read(part)) >= 0; ) {
            to.out().write(part, 0, count);
            to.out().flush();
        }
        to.out().close();
    }

    private void closeBoth() {
        for (var side : new Duplex[] {near, far}) {
            try {
                side.close();
            } catch (IOException e) {
                System.getLogger("io.smarter.tunnel").log(System.Logger.Level.DEBUG, () -> "close failed: " + e);
            }
        }
    }
}
