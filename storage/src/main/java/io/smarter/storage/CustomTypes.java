package io.smarter.storage;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.schema.Schema;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Conversion;
import io.smarter.types.CustomDefinition;
import io.smarter.types.CustomStrategy;
import io.smarter.types.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The types that custom resource definitions make. Told of every change of a definition before anybody else is, so that who
 * saw a definition established finds its types. Safe for use by many threads.
 */
public final class CustomTypes {
    private static final System.Logger LOG = System.getLogger("io.smarter.storage");

    private final Types types;
    private final Schema schema;
    private final Conversion.Maker conversions;
    private final ApiType definitions;
    private final Map<String, CustomDefinition> known = new TreeMap<>();
    private final long loaded;
    private volatile Consumer<String> onChange = _ -> {};

    /** Takes the definitions that are there. */
    public CustomTypes(Types types, Schema schema, Conversion.Maker conversions, Store store, ApiType definitions) {
        this.types = types;
        this.schema = schema;
        this.conversions = conversions;
        this.definitions = definitions;
        try {
            var page = store.list(definitions.folder(), null, 0, 0);
            this.loaded = page.revision();
            for (var entry : page.entries()) put(new Stored(definitions, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
        publish();
    }

    /** Calls somebody with the name of every definition that is there, and then of each that changes. */
    public synchronized void onChange(Consumer<String> listener) {
        onChange = listener;
        known.keySet().forEach(listener);
    }

    public void changed(ApiType type, Change change) {
        if (type.strategy() instanceof CustomStrategy custom) {
            if (change.now() == null && isTerminating(custom.definition())) onChange.accept(custom.definition());
            return;
        }
        if (!type.equals(definitions) || change.revision() <= loaded) return;
        var now = change.now();
        var state = now == null ? change.before() : now;
        if (state == null) return;
        var name = state.tree().textOrEmpty("metadata", "name");
        synchronized (this) {
            if (now == null) known.remove(name);
            else put(now);
            publish();
        }
        onChange.accept(name);
    }

    private synchronized boolean isTerminating(String name) {
        var definition = known.get(name);
        return definition != null && definition.is("Terminating");
    }

    /** A definition that cannot be understood must neither keep the server from starting nor hide the others. */
    private synchronized void put(Stored stored) {
        var name = stored.tree().textOrEmpty("metadata", "name");
        try {
            known.put(name, CustomDefinition.of(stored.tree(), known.get(name), schema, conversions));
        } catch (RuntimeException e) {
            LOG.log(ERROR, "definition not served {name=%s}".formatted(name), e);
        }
    }

    private synchronized void publish() {
        var all = new ArrayList<ApiType>();
        for (var definition : known.values()) all.addAll(definition.types());
        types.custom(all);
    }

    public synchronized @Nullable CustomDefinition find(String name) {
        return known.get(name);
    }

    /** The types beside them. */
    public List<ApiType> builtIn() {
        return types.builtIn();
    }

    /** Waits for those who are about to make an object; who comes later sees the types as they are now. */
    public void awaitMakers() {
        types.awaitMakers();
    }

    public synchronized List<CustomDefinition> all() {
        return List.copyOf(known.values());
    }
}
