package io.smarter.bench;

import io.smarter.cri.CriClient;
import io.smarter.cri.EventStream;
import io.smarter.cri.RuntimeEvent;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sees when the runtime started the first process of sandboxes and containers, by their id. Safe for use by many threads. */
final class StartWatch implements AutoCloseable {
    private final Map<String, Instant> started = new ConcurrentHashMap<>();
    private final EventStream events;

    StartWatch(CriClient cri) {
        events = cri.events(event -> {
            if (event instanceof RuntimeEvent.Started(var id)) started.put(id, Instant.now());
        });
    }

    @Nullable
    Instant started(String id) {
        return started.get(id);
    }

    @Override
    public void close() {
        events.close();
    }
}
