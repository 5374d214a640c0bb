package io.smarter.gateway;

import io.smarter.api.Pod;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of one pod: the word of the cloud or of a manifest and, where the node gave the pod up, its own, which nothing takes back. Knows
 * whether that is on disk yet. Safe for use by many threads.
 */
final class WantedPod {
    private Pod pod;
    private boolean saved;
    private boolean fetched;
    private boolean gone;
    private @Nullable GivenUp givenUp;

    /** @param saved whether the pod comes from disk, with all that it refers to */
    WantedPod(Pod pod, boolean saved) {
        this.pod = pod;
        this.saved = saved;
        this.fetched = saved;
    }

    synchronized Pod pod() {
        return pod;
    }

    /** Takes the cloud's newer word; false if it asks for nothing new. */
    synchronized boolean update(Pod newer) {
        boolean differs = PodFiles.differ(pod, newer);
        pod = givenUp == null ? newer : givenUp.of(newer);
        if (differs) saved = false;
        return differs;
    }

    /** Gives the pod up for the node's sake; false if it is over or ending already. */
    synchronized boolean evict(GivenUp why) {
        if (gone || pod.isDeleting() || Plan.isOver(pod)) return false;
        refuse(why);
        return true;
    }

    synchronized void refuse(GivenUp why) {
        givenUp = why;
        pod = why.of(pod);
        saved = false;
    }

    /** Nobody wants such a pod any more; false if that was known. */
    synchronized boolean gone() {
        boolean news = !gone;
        gone = true;
        return news;
    }

    synchronized boolean isGone() {
        return gone;
    }

    synchronized boolean isEnding() {
        return gone || pod.isDeleting();
    }

    // ---- on disk

    /**
     * What is to be put on disk before anything of the pod runs.
     *
     * @param save whether the pod itself is
     * @param fetch whether what it refers to is to be asked for
     */
    record Due(Pod pod, boolean save, boolean fetch) {}

    /** What is due, which from then on counts as done. */
    synchronized Due due() {
        var due = new Due(pod, !saved && !gone, !fetched && !gone && !pod.isDeleting());
        saved = true;
        fetched = true;
        return due;
    }

    /** What was due could not be done. */
    synchronized void failed(Due due) {
        saved &= !due.save;
        fetched &= !due.fetch;
    }

    /** What it refers to is asked for again before the next try. */
    synchronized void fetchAgain() {
        fetched = false;
    }
}
