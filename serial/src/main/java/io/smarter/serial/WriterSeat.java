package io.smarter.serial;

import org.jspecify.annotations.Nullable;

/** Who may write: one at a time. Times are those of {@link System#nanoTime}. Used by one thread. */
final class WriterSeat {
    private final Policy policy;
    private final long idleNanos;
    private @Nullable Object writer;
    private long lastWritten;

    /** Who gets the seat when it is taken. */
    enum Policy {
        FIRST,
        TAKEOVER
    }

    /** What becomes of somebody who asks. */
    sealed interface Answer {
        /** It has had the seat already. */
        record Yours() implements Answer {}

        /** It has it from now on, and another, if there was one, has it no more. */
        record Given(@Nullable Object before) implements Answer {}

        /** Another has it. */
        record Refused(Object by) implements Answer {}
    }

    /** @param idleNanos after which time without a byte the writer must give way to who asks; 0 for never */
    WriterSeat(Policy policy, long idleNanos) {
        this.policy = policy;
        this.idleNanos = idleNanos;
    }

    /** @param again whether who asks has been asking before, and so takes over from nobody */
    Answer ask(Object who, boolean again, long now) {
        var before = writer;
        boolean idle = idleNanos > 0 && now - lastWritten >= idleNanos;
        if (who.equals(before)) {
            lastWritten = now;
            return new Answer.Yours();
        }
        if (before != null && !idle && (policy == Policy.FIRST || again)) return new Answer.Refused(before);
        writer = who;
        lastWritten = now;
        return new Answer.Given(before);
    }

    @Nullable
    Object writer() {
        return writer;
    }

    /** Says whether the seat is free by that. */
    boolean leave(Object who) {
        if (!who.equals(writer)) return false;
        writer = null;
        return true;
    }
}
