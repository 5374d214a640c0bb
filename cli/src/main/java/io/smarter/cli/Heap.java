package io.smarter.cli;

import java.time.Duration;

/**
 * Keeps the heap near what lives in it. The serial collector takes all the memory that it may before it collects the
 * old generation; here that is done when more garbage may have gathered than is worth its memory. Collecting takes some two
 * milliseconds for each MiB that lives, so that large heaps are left to the collector.
 */
final class Heap implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);
    private static final long LARGE = 200L << 20;

    private final double share;
    private final long slack;
    private final Thread thread = Thread.ofVirtual().name("heap").unstarted(this::tend);

    private Heap(double share, long slack) {
        this.share = share;
        this.slack = slack;
    }

    /**
     * Looks at the heap from now on.
     *
     * @param share how much garbage may gather, for what lives
     * @param slack how many bytes of it may gather in addition
     */
    static Heap tended(double share, long slack) {
        var heap = new Heap(share, slack);
        heap.thread.start();
        return heap;
    }

    private void tend() {
        long live = 0;
        try {
            while (true) {
                Thread.sleep(BETWEEN_LOOKS);
                long used = used();
                if (used < live + share * live + slack || live > LARGE) continue;
                System.gc();
                live = used();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
