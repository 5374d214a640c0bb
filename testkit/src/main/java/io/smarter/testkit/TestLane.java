package io.smarter.testkit;

import io.smarter.http.Feed;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A feed whose lane is the thread that calls {@link #run}, or {@link #turn}; others may hand it work. */
public final class TestLane implements Feed {
    private final DelayQueue<Task> tasks = new DelayQueue<>();
    private final AtomicLong order = new AtomicLong();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final Consumer<byte[]> flushed;

    private volatile boolean takes = true;

    private boolean over;

    /** @param flushed is given what was sent, whenever it is flushed */
    public TestLane(Consumer<byte[]> flushed) {
        this.flushed = flushed;
    }

    private record Task(long at, long number, Runnable work) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            var task = (Task) other;
            int first = Long.compare(at - task.at, 0);
            return first != 0 ? first : Long.compare(number, task.number);
        }
    }

    /** Runs a source until it ends the feed, or the thread is interrupted, which is as if the client went. */
    public void run(Source source) throws InterruptedException {
        try {
            source.begin(this);
            while (!over) tasks.take().work.run();
        } finally {
            over = true;
            source.over();
        }
    }

    /** Says whether the client takes anything; it does at first. */
    public void takes(boolean anything) {
        takes = anything;
    }

    /** Does what there is to do now. */
    public void turn() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) task.work.run();
    }

    public boolean isOver() {
        return over;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(System.nanoTime(), order.incrementAndGet(), task));
    }

    @Override
    public Runnable later(Duration delay, Runnable work) {
        var task = new Task(System.nanoTime() + delay.toNanos(), order.incrementAndGet(), work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override
    public boolean isReady() {
        return takes && !over;
    }

    @Override
    public void send(byte[] part) {
        sent.writeBytes(part);
    }

    @Override
    public void flush() {
        flushed.accept(sent.toByteArray());
        sent.reset();
    }

    @Override
    public void close() {
        flush();
        over = true;
    }
}
