package io.smarter.cri;

import java.util.function.Consumer;

/** A subscription to what happens to containers; see {@link CriClient#events}. */
public final class EventStream implements AutoCloseable {
    private final GrpcChannel channel;
    private final Consumer<RuntimeEvent> listener;

    EventStream(GrpcChannel channel, Consumer<RuntimeEvent> listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /** Ends the subscription; the listener is not called again once this has returned. */
    @Override
    public void close() {
        listener.accept(new RuntimeEvent.Deleted(channel.toString()));
    }
}
