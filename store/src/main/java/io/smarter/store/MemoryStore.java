package io.smarter.store;

import java.util.Collections;

/** A store in memory: with all of a store's behaviour, but gone with the process. For tests and trials. */
public final class MemoryStore extends JournaledStore {
    public MemoryStore() {
        this(StoreOptions.DEFAULT);
    }

    public MemoryStore(StoreOptions options) {
        var present = new Present(Collections.emptyNavigableMap(), 1, Integer.MAX_VALUE, Long.MAX_VALUE);
        super(new Journal.None(), present, 1, options);
        start();
    }
}
