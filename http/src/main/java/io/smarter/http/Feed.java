package io.smarter.http;

import java.time.Duration;

/**
 * An answer without a foreseeable end that no thread waits for: its source sends what is new as it comes. All of it, also
 * the calls of the source, happens on the feed's lane, one after the other, and must not block: many feeds share a lane.
 * Only {@link #execute} may be called by any thread.
 */
public interface Feed {
    /** Where a feed's parts come from. */
    interface Source {
        /** The feed is the source's from now on. Called once, before all others. */
        void begin(Feed feed);

        /** The client takes more again. */
        void ready();

        /** The feed is over, whoever ended it. Called once, the last; without {@link #begin} when it never began. */
        void over();
    }

    /** Runs a task on the lane, after those that came before. */
    void execute(Runnable task);

    /** Runs a task on the lane in a while, unless the feed is over or the returned thing was run before. */
    Runnable later(Duration delay, Runnable task);

    /**
     * Whether the client takes more. While it does not, little should be sent; {@link Source#ready} tells when it does. A
     * client that takes nothing for the server's transfer time is given up.
     */
    boolean isReady();

    /** Sends bytes, which nobody changes any more, when the feed is flushed. */
    void send(byte[] part);

    void flush();

    /** Ends the answer after what was sent. */
    void close();
}
