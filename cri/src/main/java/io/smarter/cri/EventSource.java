package io.smarter.cri;

import org.jspecify.annotations.Nullable;

/** One of the services that tell events. */
interface EventSource {
    /** Begins to listen. */
    GrpcCall subscribe() throws CriException;

    /** Whether a {@link RuntimeEvent.Subscribed} comes among the events; if not, it is best told at once. */
    boolean announces();

    /** The event that a message of the service tells, or null when it is none of ours. */
    @Nullable
    RuntimeEvent read(byte[] message) throws CriException;
}
