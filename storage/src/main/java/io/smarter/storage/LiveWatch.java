package io.smarter.storage;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.Status;
import io.smarter.http.Feed;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A watch that knows the past and is told what comes, when it comes. It has no thread and no queue: it runs on its feed's
 * lane, and what its client does not take yet it leaves in its topic. One that is so slow that its topic has forgotten what
 * comes next ends; its client starts again from the revision that it has.
 */
public final class LiveWatch implements Feed.Source {
    private static final System.Logger LOG = System.getLogger("io.smarter.storage");

    /** Its place in the topic's log, and whether it is to move on from there. Both are its topic's, and under its lock. */
    long place;

    boolean behind;

    private final WatchTopic topic;
    private final LongSupplier toldToAll;
    private final WatchWish wish;
    private final WatchFrames frames;
    private final long deadline;
    private final long bookmarkEvery;
    private final long shown;
    private long seen;
    private long told;
    private long bookmarkDue;
    private volatile @Nullable Feed feed;
    private volatile boolean stopped;
    private Runnable cancel = () -> {};

    /** When a watch ends, and how often it is told a bookmark, in nanoseconds. */
    public record Times(long deadline, long bookmarkEvery) {}

    /** Where events come from: a topic, and the revision up to which every topic was told. */
    public record Events(WatchTopic topic, LongSupplier told) {}

    /** @param shown the revision of the state that the client has */
    public LiveWatch(Events events, WatchWish wish, WatchFrames frames, Times times, long shown) {
        this.topic = events.topic;
        this.toldToAll = events.told;
        this.wish = wish;
        this.frames = frames;
        this.deadline = times.deadline;
        this.bookmarkEvery = times.bookmarkEvery;
        this.shown = shown;
        this.seen = shown;
        this.told = shown;
    }

    /** Of whose pods only changes are of interest; null for all. */
    @Nullable
    String node() {
        return wish.node();
    }

    /** There is something new. Called by any thread once the watch has seen everything before. */
    void wake() {
        var running = feed;
        if (running != null) running.execute(this::ready);
    }

    @Override
    public void begin(Feed begun) {
        feed = begun;
        bookmarkDue = System.nanoTime() + bookmarkEvery;
        sleep(begun);
        if (stopped) end(begun);
        else move(begun);
    }

    @Override
    public void ready() {
        if (feed != null) move(feed);
    }

    @Override
    public void over() {
        feed = null;
        cancel.run();
        topic.leave(this);
    }

    /** Ends it; called by any thread. */
    public void stop() {
        stopped = true;
        var running = feed;
        if (running != null) running.execute(() -> end(running));
    }

    private void end(Feed from) {
        var last = frames.end();
        if (last.length > 0) from.send(last);
        from.close();
    }

    /** Tells what it has not seen, as long as its client takes it. */
    private void move(Feed to) {
        try {
            boolean said = false;
            while (to.isReady()) {
                var change = topic.next(this);
                if (change == null) break;
                said |= tell(to, change);
            }
            if (said) to.flush();
            if (topic.isOver(this)) end(to);
        } catch (RuntimeException e) {
            LOG.log(
                    ERROR,
                    "watch failed {type=%s}".formatted(wish.type().resource().plural()),
                    e);
            to.send(frames.event(wish.error(Status.internal(String.valueOf(e.getMessage())))));
            end(to);
        }
    }

    private boolean tell(Feed to, Change change) {
        if (change.revision() <= shown) return false;
        seen = change.revision();
        var event = wish.event(change);
        if (event == null) return false;
        told = seen;
        to.send(frames.event(event));
        return true;
    }

    // ---- what happens by the clock

    private void sleep(Feed of) {
        long next = Math.min(deadline, bookmarkDue);
        cancel = of.later(Duration.ofNanos(Math.max(0, next - System.nanoTime())), () -> awake(of));
    }

    private void awake(Feed of) {
        long now = System.nanoTime();
        if (now >= deadline) {
            end(of);
            return;
        }
        if (now >= bookmarkDue) {
            bookmark(of);
            bookmarkDue = now + bookmarkEvery;
        }
        sleep(of);
    }

    /** A new starting point for a client that was told nothing for a while: the hub's revision, unless more is waiting. */
    private void bookmark(Feed to) {
        long revision = Math.max(toldToAll.getAsLong(), seen); // read before it is known that nothing waits
        if (revision == told || topic.isBehind(this) || !to.isReady()) return;
        told = revision;
        to.send(frames.event(wish.bookmark(revision, false)));
        to.flush();
    }
}
