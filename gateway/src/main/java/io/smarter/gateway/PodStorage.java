package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one pod and whether they are up to date. A pod that this machine was told to run before waits for its
 * tokens no longer than a moment: it gets them when they come. Used by the pod's own thread, but for {@link #outdated} and
 * what it gives away.
 */
final class PodStorage {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Volumes volumes;
    private final PodTokens tokens;
    private final boolean before;
    private volatile boolean ready;
    private volatile boolean stale;
    private boolean givenBack;

    /**
     * The volumes of a pod, not made yet.
     *
     * @param before whether the pod comes from disk
     * @param changed called when the volumes should be looked after
     */
    PodStorage(Pod pod, boolean before, NodeServices node, Runnable changed) {
        this.before = before;
        this.stale = before;
        tokens = new PodTokens(node.cloud(), node.clock(), changed);
        volumes = node.volumesOf(pod, tokens);
        if (before) tokens.adopt(pod, volumes.secrets());
    }

    Volumes volumes() {
        return volumes;
    }

    /** Tells that what they show changed. */
    void outdated() {
        stale = true;
    }

    /** Tells that the cloud can be reached again. */
    void linkUp() {
        tokens.hurry();
    }

    /** Whether they were made since we began. */
    boolean ready() {
        return ready;
    }

    /** Whether what a pod that goes on sees is not as it should be. */
    boolean isStale(Pod pod) {
        return stale && goesOn(pod);
    }

    private static boolean goesOn(Pod pod) {
        return !pod.isDeleting() && !Plan.isOver(pod);
    }

    /** Asks for the tokens that are missing or due, beside the caller. */
    void refresh(Pod pod) {
        if (goesOn(pod)) tokens.refresh(pod);
    }

    /** The sooner of a time and the one at which tokens are to be asked for. */
    @Nullable
    Instant sooner(Pod pod, @Nullable Instant planned) {
        var due = goesOn(pod) ? tokens.due(pod) : null;
        return due == null || planned != null && planned.isBefore(due) ? planned : due;
    }

    /** Removes those of a pod that was given up, once nothing of it runs: what they hold was wanted back. Its logs stay. */
    void giveBack(Pod pod, Observed found) throws IOException {
        boolean runs = found.instances().stream().anyMatch(instance -> !instance.isExited());
        if (runs || givenBack || !GivenUp.is(pod)) return;
        volumes.remove();
        ready = false;
        givenBack = true;
    }

    /**
     * Makes them, or brings them up to date.
     *
     * @throws ConfigException if something is missing, or not what the pod says
     */
    void setUp(Fields fields) throws IOException, ConfigException {
        stale = false;
        try {
            if (!ready) tokens.await(before ? MOMENT : PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for tokens");
        }
        volumes.setUp(fields, before);
        ready = true;
    }
}
