package io.smarter.apiserver;

import io.smarter.auth.AccountTokenUse;
import io.smarter.auth.RbacDefaults;
import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.types.ApiType;
import io.smarter.types.Metadata;
import io.smarter.types.PriorityClassStrategy;
import io.smarter.types.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes what must always exist and does not: written all at once, so that the store syncs them together. */
final class InitialObjects {
    private final Registry registry;
    private final Types types;
    private final Clock clock;

    InitialObjects(Registry registry, Types types, Clock clock) {
        this.registry = registry;
        this.types = types;
        this.clock = clock;
    }

    void make(ServerEndpoints server) {
        renew(server);
        var all = new ArrayList<>(Namespaces.initial());
        all.addAll(RbacDefaults.objects());
        all.addAll(PriorityClassStrategy.initial());
        all.addAll(FlowDefaults.objects(clock.instant()));
        all.add(AccountTokenUse.since(clock));
        all.addAll(server.objects());
        all.addAll(ApiServices.of(types.builtIn()));
        var missing = all.stream().filter(this::isMissing).toList();
        if (missing.isEmpty()) return;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writes = missing.stream()
                    .<Future<?>>map(object -> threads.submit(() -> create(object)))
                    .toList();
            await(writes);
        }
    }

    /** Where the server is may have changed since it last ran. */
    private void renew(ServerEndpoints server) {
        for (var object : server.objects()) {
            var type = type(object);
            registry.find(type, namespace(object), object.textOrEmpty("metadata", "name"))
                    .filter(there -> !ServerEndpoints.same(there.tree(), object))
                    .ifPresent(there -> registry.replace(type, there, ServerEndpoints.renewed(there.tree(), object)));
        }
    }

    private static void await(List<Future<?>> writes) {
        try {
            for (var write : writes) write.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException("what must exist cannot be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making what must exist", e);
        }
    }

    private boolean isMissing(Json.Obj object) {
        return registry.find(type(object), namespace(object), object.textOrEmpty("metadata", "name"))
                .isEmpty();
    }

    /** Another server on the same store may have been faster. */
    private void create(Json.Obj object) {
        var type = type(object);
        var made = type.strategy().created(Metadata.created(type, namespace(object), object, clock.instant()));
        registry.create(type, object.has("status") ? made.with("status", object.object("status")) : made);
    }

    private static String namespace(Json.Obj object) {
        return object.textOrEmpty("metadata", "namespace");
    }

    private ApiType type(Json.Obj object) {
        var kind = object.textOrEmpty("kind");
        return types.all().stream()
                .filter(type -> type.resource().kind().equals(kind)
                        && type.resource().apiVersion().equals(object.textOrEmpty("apiVersion")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no type of kind " + kind));
    }
}
