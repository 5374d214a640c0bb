package io.smarter.storage;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads many objects at one revision: by name where a selection has one, by node where it has one, else all in turn. */
public final class Lists {
    private static final int PAGE = 500;

    private static final long CATCH_UP_MILLIS = 500;

    private final Registry registry;
    private final NodePods nodePods;
    private final WatchHub hub;

    public Lists(Registry registry, NodePods nodePods, WatchHub hub) {
        this.registry = registry;
        this.nodePods = nodePods;
        this.hub = hub;
    }

    public Registry registry() {
        return registry;
    }

    /**
     * @param next the key, without its type's folder, after which more follow; null when that was all
     * @param remaining how many follow; -1 when nobody counted
     */
    public record Part(
            List<Stored> objects, long revision, @Nullable String next, long remaining) {}

    /** All objects that are there now and that a selection chooses. */
    public Part all(ApiType type, String namespace, Selection selection) {
        return part(type, namespace, selection, new Range(0, null, 0));
    }

    /**
     * @param revision which all parts show; 0 for now
     * @param after the key to go on after; null from the start
     * @param limit how many objects at most; 0 for all
     */
    public record Range(long revision, @Nullable String after, int limit) {}

    public Part part(ApiType type, String namespace, Selection selection, Range range) {
        boolean isNow = range.after == null && range.revision == 0;
        try {
            if (isNow && selection.name() != null) return single(type, namespace, selection);
            var node = type.resource().equals(Resource.PODS) ? selection.node() : null;
            var ofNode = isNow && range.limit == 0 && node != null ? ofNode(type, namespace, selection, node) : null;
            return ofNode != null ? ofNode : scanned(type, namespace, selection, range);
        } catch (CompactedException e) {
            if (range.after != null)
                throw Status.expiredPages(new Continuation(Continuation.NOW, range.after).text())
                        .error();
            throw Status.tooOld(range.revision, registry.store().compacted()).error();
        }
    }

    /** A selection by name is a look-up where the namespace is known. */
    private Part single(ApiType type, String namespace, Selection selection) throws CompactedException {
        var in = namespace.isEmpty() ? selection.namespace() : namespace;
        var name = selection.name();
        if (name == null || in == null && type.resource().namespaced())
            return scanned(type, namespace, selection, new Range(0, null, 0));
        long revision = registry.store().revision();
        var found = registry.find(type, in == null ? "" : in, name).filter(object -> selection.matches(object.tree()));
        return new Part(found.stream().toList(), revision, null, 0);
    }

    /**
     * The pods of one node, found by the index once that has seen all there is; null when it does not in time. A pod may be
     * shown in a state newer than the part's revision; who watches from there is told of that state again.
     */
    private @Nullable Part ofNode(ApiType type, String namespace, Selection selection, String node) {
        long revision = registry.store().revision();
        if (!hub.awaitTold(revision, CATCH_UP_MILLIS)) return null;
        var objects = new ArrayList<Stored>();
        for (var key : nodePods.keys(node)) {
            if (!key.startsWith(type.keys(namespace))) continue;
            registry.store()
                    .get(key)
                    .filter(entry -> entry.created() <= revision)
                    .map(entry -> new Stored(type, entry))
                    .filter(pod -> selection.matches(pod.tree()))
                    .ifPresent(objects::add);
        }
        return new Part(objects, revision, null, 0);
    }

    /** Where a selection leaves most of them out, the store is read in whole pages, however few objects are wanted. */
    private Part scanned(ApiType type, String namespace, Selection selection, Range range) throws CompactedException {
        var keys = type.keys(namespace);
        var objects = new ArrayList<Stored>();
        boolean selects = !selection.isEverything();
        long revision = range.revision;
        String after = range.after == null ? null : type.folder() + range.after;
        while (true) {
            int wanted = range.limit == 0 || selects ? PAGE : Math.min(PAGE, range.limit - objects.size());
            var page = registry.store().list(keys, after, wanted, revision);
            if (revision == 0) revision = page.revision();
            long left = page.remaining() + page.entries().size();
            var read = page.entries().stream()
                    .map(entry -> new Stored(type, entry))
                    .toList();
            Stored.readTogether(type, read);
            for (var object : read) {
                left--;
                after = object.entry().key();
                if (selects && !selection.matches(object.tree())) continue;
                objects.add(object);
                if (objects.size() == range.limit && left > 0)
                    return new Part(
                            objects, revision, after.substring(type.folder().length()), selects ? -1 : left);
            }
            if (page.remaining() <= 0 || page.entries().isEmpty()) return new Part(objects, revision, null, 0);
        }
    }
}
