package io.smarter.store;

/** A revision was asked for that is no longer kept. */
public final class CompactedException extends Exception {
    private static final long serialVersionUID = 1L;

    public CompactedException(long revision, long compacted) {
        super("revision %d is no longer kept, the oldest is %d".formatted(revision, compacted));
    }
}
