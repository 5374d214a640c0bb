package io.smarter.apiserver;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Lists;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.types.TypeLine;
import io.smarter.types.Types;
import java.io.IOException;
import java.time.Clock;

/** The verbs on stored objects. */
final class Verbs {
    private final Registry registry;
    private final ReadVerbs read;
    private final WatchVerb watch;
    private final CreateVerb create;
    private final UpdateVerb update;
    private final PatchVerb patch;
    private final DeleteVerb delete;
    private final EvictVerb evict;
    private final ScaleVerb scale;
    private final BindVerb bind;

    Verbs(Lists lists, Admission admission, Changes changes, Types types, Clock clock) {
        registry = lists.registry();
        read = new ReadVerbs(registry, lists, clock);
        watch = new WatchVerb(lists, changes.hub(), WatchVerb.BOOKMARK_EVERY);
        create = new CreateVerb(admission, changes);
        update = new UpdateVerb(admission, changes);
        scale = new ScaleVerb(registry, admission, changes, types.scale());
        patch = new PatchVerb(admission, registry, changes);
        var deletions = new Deletions(registry);
        delete = new DeleteVerb(deletions, lists, types.deleteOptions(), admission.gate(), changes.hub(), clock);
        evict = new EvictVerb(deletions, types.eviction(), admission.gate(), clock);
        bind = new BindVerb(
                changes,
                admission.gate(),
                types.of(Resource.PODS),
                types.of(Types.BINDINGS).kind(),
                clock);
    }

    /** The object that a request names. */
    Stored get(ApiRequest request) {
        return registry.get(request.type(), request.namespace(), request.name());
    }

    void handle(ApiRequest request) throws IOException, InterruptedException {
        var paths = request.subresource().equals(TypeLine.SCALE)
                ? request.type().strategy().scale()
                : null;
        if (paths != null) {
            scale.handle(request, paths);
            return;
        }
        switch (request.verb()) {
            case "get" -> read.get(request);
            case "list" -> read.list(request);
            case "watch" -> watch.handle(request);
            case "create" -> create(request);
            case "update" -> update.handle(request);
            case "patch" -> patch.handle(request);
            case "delete" -> delete.one(request);
            case "deletecollection" -> delete.collection(request);
            default -> throw Status.methodNotAllowed().error();
        }
    }

    private void create(ApiRequest request) throws IOException {
        switch (request.subresource()) {
            case "eviction" -> evict.handle(request);
            case "binding" -> bind.handle(request);
            default -> {
                if (request.type().resource().equals(Types.BINDINGS)) bind.handle(request);
                else create.handle(request);
            }
        }
    }
}
