package io.smarter.quota;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.storage.Change;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives containers what their namespace's limit ranges say, and refuses pods and claims that are outside of them (Kubernetes
 * "Limit Ranges"). Namespaces without any cost a look into a map. Safe for use by many threads.
 */
public final class LimitRanges {
    public static final Resource RESOURCE = new Resource("", "v1", "limitranges", "LimitRange", true);

    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    /** By namespace and key; each namespace's map is replaced, never changed. */
    private final Map<String, TreeMap<String, Range>> ranges = new ConcurrentHashMap<>();

    private record Range(long revision, List<Json> limits) {}

    /** Knows of no limits yet. */
    public LimitRanges() {}

    /** Reads the limit ranges that are there. */
    public void load(Store store, ApiType type) {
        try {
            for (var entry : store.list(type.folder(), null, 0, 0).entries()) put(new Stored(type, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest state", e);
        }
    }

    /** A limit range has changed; what is told of a state that is over changes nothing. */
    public void changed(Change change) {
        var now = change.now();
        var before = change.before();
        if (now != null) put(now);
        else if (before != null) {
            var key = before.entry().key();
            ranges.computeIfPresent(namespace(before), (_, known) -> {
                var range = known.get(key);
                if (range == null || range.revision > change.revision()) return known;
                var left = new TreeMap<>(known);
                left.remove(key);
                return left.isEmpty() ? null : left;
            });
        }
    }

    private void put(Stored object) {
        var key = object.entry().key();
        var range = new Range(object.revision(), object.tree().items("spec", "limits"));
        ranges.compute(namespace(object), (_, known) -> {
            var changed = known == null ? new TreeMap<String, Range>() : new TreeMap<>(known);
            changed.merge(key, range, (old, one) -> old.revision > one.revision ? old : one);
            return changed;
        });
    }

    private static String namespace(Stored object) {
        return object.tree().textOrEmpty("metadata", "namespace");
    }

    private Collection<Range> of(String namespace) {
        var known = ranges.isEmpty() ? null : ranges.get(namespace);
        return known == null ? List.of() : known.values();
    }

    /** A new pod whose containers want, and are allowed, what the namespace's limit ranges say; the same if nothing. */
    public Json.Obj defaulted(ApiType type, String namespace, Json.Obj object) {
        if (!type.resource().equals(Resource.PODS)) return object;
        var pod = object;
        for (var range : of(namespace)) {
            var set = new ArrayList<String>();
            var spec = pod.object("spec");
            for (var list : List.of("containers", "initContainers")) {
                var containers = new ArrayList<Json>();
                for (var container : spec.items(list)) containers.add(filled(container.object(), range, list, set));
                if (!containers.isEmpty()) spec = spec.with(list, new Json.Arr(containers));
            }
            if (!set.isEmpty())
                pod = pod.with("spec", spec)
                        .withAt(
                                Json.of("LimitRanger plugin set: " + String.join("; ", set)),
                                "metadata",
                                "annotations",
                                ANNOTATION);
        }
        return pod;
    }

    private static Json.Obj filled(Json.Obj container, Range range, String list, List<String> set) {
        var kind = list.equals("containers") ? "container" : "init container";
        var filled = container;
        for (var part : List.of("requests", "limits")) {
            var stated = container.object("resources", part);
            var whole = stated;
            var added = new TreeSet<String>();
            for (var limit : range.limits) {
                if (!limit.textOrEmpty("type").equals("Container")) continue;
                var given = limit.object(part.equals("limits") ? "default" : "defaultRequest");
                for (var member : given.members().entrySet()) {
                    if (stated.has(member.getKey())) continue;
                    whole = whole.with(member.getKey(), member.getValue());
                    added.add(member.getKey());
                }
            }
            if (added.isEmpty()) continue;
            filled = filled.withAt(whole, "resources", part);
            set.add("%s %s for %s %s"
                    .formatted(
                            String.join(", ", added),
                            part.substring(0, part.length() - 1),
                            kind,
                            container.textOrEmpty("name")));
        }
        return filled;
    }

    /** Refuses a new pod, or a claim, that is outside of the namespace's limit ranges. */
    public void check(ApiType type, Json.Obj object) {
        for (var range : of(object.textOrEmpty("metadata", "namespace"))) {
            var problems = type.resource().equals(Resource.PODS)
                    ? LimitChecks.pod(range.limits, object)
                    : LimitChecks.claim(range.limits, object);
            if (problems.isEmpty()) continue;
            var why = problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]";
            throw Status.forbidden(type.resource(), object.textOrEmpty("metadata", "name"), why)
                    .error();
        }
    }

    public static boolean concerns(ApiType type) {
        return type.resource().equals(Resource.PODS) || isClaim(type);
    }

    public static boolean isClaim(ApiType type) {
        return type.resource().group().isEmpty() && type.resource().plural().equals("persistentvolumeclaims");
    }
}
