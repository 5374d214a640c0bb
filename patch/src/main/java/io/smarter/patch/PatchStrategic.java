package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.SchemaField;
import io.smarter.schema.SchemaType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch: a merge patch that knows from the schema which lists are merged, and by which member of their
 * items. Directives inside the patch ({@code $patch}, {@code $retainKeys}, {@code $deleteFromPrimitiveList/x},
 * {@code $setElementOrder/x}) say what a merge alone cannot.
 */
final class PatchStrategic {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String DELETE_ITEMS = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    /** How often a patch may come back to items of one list: each time what it has made of the item is copied. */
    private static final int MAX_AGAIN = 100;

    private PatchStrategic() {}

    /** Throws {@link PatchFailure} when the patch contradicts itself or the schema. */
    static Json.Obj apply(SchemaType type, Json.Obj target, Json.Obj patch) {
        return object(type, target, patch);
    }

    private static Json.Obj object(SchemaType type, Json.Obj target, Json.Obj patch) {
        if (patch.has(DIRECTIVE)) {
            var rest = patch.without(DIRECTIVE);
            switch (patch.textOrEmpty(DIRECTIVE)) {
                case "replace" -> {
                    return rest;
                }
                case "delete" -> {
                    return Json.Obj.EMPTY;
                }
                case "merge" -> patch = rest;
                default ->
                    throw PatchFailure.malformed("Unknown patch type: '" + patch.textOrEmpty(DIRECTIVE) + "' in map");
            }
        }
        var result = new LinkedHashMap<>(retained(target, patch).members());
        for (var member : patch.members().entrySet()) member(type, result, member.getKey(), member.getValue());
        order(type, target, patch, result);
        return new Json.Obj(result);
    }

    private static void member(SchemaType type, Map<String, Json> result, String name, Json change) {
        if (name.equals(RETAIN) || name.startsWith(ORDER)) return;
        if (name.startsWith(DELETE_ITEMS)) {
            var field = name.substring(DELETE_ITEMS.length());
            if (result.get(field) instanceof Json.Arr(var items))
                result.put(field, without(items, items(name, change)));
            return;
        }
        var old = result.get(name);
        switch (change) {
            case Json.Null _ -> result.remove(name);
            case Json.Obj object -> {
                var part = type.member(name);
                var field = type.field(name);
                boolean replace = field != null && field.patchReplaces();
                var base = !replace && old instanceof Json.Obj o ? o : Json.Obj.EMPTY;
                result.put(name, object(part, base, object));
            }
            case Json.Arr(var items) -> result.put(name, list(type, name, old, items));
            default -> result.put(name, change);
        }
    }

    private static Json.Obj retained(Json.Obj target, Json.Obj patch) {
        var keep = patch.get(RETAIN);
        if (keep == null) return target;
        var names = new LinkedHashSet<String>();
        for (var item : items(RETAIN, keep)) {
            if (!(item instanceof Json.Str(var name)))
                throw PatchFailure.malformed(RETAIN + " must be a list of member names");
            names.add(name);
        }
        for (var member : patch.members().entrySet()) {
            var name = member.getKey();
            boolean sets = !name.startsWith("$") && !(member.getValue() instanceof Json.Null);
            if (sets && !names.contains(name))
                throw PatchFailure.malformed(RETAIN + " does not contain '" + name + "', which the patch sets");
        }
        var kept = new LinkedHashMap<>(target.members());
        kept.keySet().retainAll(names);
        return new Json.Obj(kept);
    }

    // ---- lists

    private static Json list(SchemaType type, String name, @Nullable Json old, List<Json> change) {
        var field = type.field(name);
        if (field == null || !field.patchMerges()) return new Json.Arr(change);
        var original = old instanceof Json.Arr(var items) ? items : List.<Json>of();
        if (change.isEmpty()) return new Json.Arr(original);
        boolean objects = change.getFirst() instanceof Json.Obj;
        for (var item : change) {
            if (item instanceof Json.Arr) throw PatchFailure.misfit(name + ": lists of lists are not supported");
            if (item instanceof Json.Obj != objects)
                throw PatchFailure.misfit(name + ": list element types are not identical");
        }
        if (!objects) return primitives(original, change);
        if (field.mergeKey().isEmpty()) throw PatchFailure.misfit("cannot merge lists without merge key for " + name);
        return keyed(field, original, change);
    }

    private static Json primitives(List<Json> original, List<Json> change) {
        var all = new LinkedHashSet<>(original);
        all.addAll(change);
        var patched = new LinkedHashSet<>(change);
        all.removeAll(patched);
        return new Json.Arr(woven(new ArrayList<>(all), new ArrayList<>(patched), original));
    }

    private static Json.Arr without(List<Json> items, List<Json> gone) {
        var kept = new ArrayList<>(items);
        kept.removeAll(new HashSet<>(gone));
        return new Json.Arr(kept);
    }

    private static Json keyed(SchemaField field, List<Json> original, List<Json> change) {
        var itemType = field.type().item();
        var merged = byKey(field, original);
        var patched = new LinkedHashMap<Json, Json>();
        var order = new ArrayList<>(merged.keySet());
        int again = 0;
        for (var item : change) {
            var directive = item.textOrEmpty(DIRECTIVE);
            if (directive.equals("replace")) {
                merged.clear();
                continue;
            }
            var key = key(field, item);
            if (directive.equals("delete")) {
                merged.remove(key);
                continue;
            }
            if (!directive.isEmpty() && !directive.equals("merge"))
                throw PatchFailure.malformed("Unknown patch type: '" + directive + "' in " + field.name());
            if (patched.containsKey(key) && ++again > MAX_AGAIN) throw tooOften(field, key);
            var old = patched.containsKey(key) ? patched.get(key) : merged.remove(key);
            patched.put(key, object(itemType, old instanceof Json.Obj o ? o : Json.Obj.EMPTY, (Json.Obj) item));
        }
        var woven = new ArrayList<Json>();
        for (var key : woven(new ArrayList<>(merged.keySet()), new ArrayList<>(patched.keySet()), order)) {
            var value = patched.containsKey(key) ? patched.get(key) : merged.get(key);
            if (value != null) woven.add(value);
        }
        return new Json.Arr(woven);
    }

    private static PatchFailure tooOften(SchemaField field, Json key) {
        return PatchFailure.large("the patch of %s comes back to items which it has changed more than %d times, at %s"
                .formatted(field.name(), MAX_AGAIN, key.compact()));
    }

    private static Map<Json, Json> byKey(SchemaField field, List<Json> items) {
        var byKey = new LinkedHashMap<Json, Json>();
        for (var item : items) {
            var key = item.at(field.mergeKey());
            byKey.put(key == null ? item : key, item);
        }
        return byKey;
    }

    private static Json key(SchemaField field, Json item) {
        var key = item.at(field.mergeKey());
        if (key == null) throw noKey(field, item);
        return key;
    }

    private static PatchFailure noKey(SchemaField field, Json item) {
        return PatchFailure.misfit(
                "map: " + item.compact() + " does not contain declared merge key: " + field.mergeKey());
    }

    /*
     * Puts server-only items among the patched ones. Each list keeps its own order; where both of two items were in the
     * live list, their order there decides; an item that is new to the live list comes before server-only ones.
     */
    private static List<Json> woven(List<Json> serverOnly, List<Json> patched, List<Json> live) {
        var woven = new ArrayList<Json>(serverOnly.size() + patched.size());
        var position = positions(live);
        int left = 0;
        for (var item : patched) {
            var own = position.get(item);
            while (own != null && left < serverOnly.size() && before(position.get(serverOnly.get(left)), own))
                woven.add(serverOnly.get(left++));
            woven.add(item);
        }
        woven.addAll(serverOnly.subList(left, serverOnly.size()));
        return woven;
    }

    private static boolean before(@Nullable Integer position, int other) {
        return position != null && position < other;
    }

    private static Map<Json, Integer> positions(List<Json> items) {
        var positions = new LinkedHashMap<Json, Integer>();
        for (int i = 0; i < items.size(); i++) positions.putIfAbsent(items.get(i), i);
        return positions;
    }

    // ---- the order that the patch asks for

    private static void order(SchemaType type, Json.Obj target, Json.Obj patch, Map<String, Json> result) {
        for (var member : patch.members().entrySet()) {
            if (!member.getKey().startsWith(ORDER)) continue;
            var name = member.getKey().substring(ORDER.length());
            var field = type.field(name);
            if (field == null || !field.patchMerges() || !(result.get(name) instanceof Json.Arr(var items))) continue;
            var wanted = keys(field, items(member.getKey(), member.getValue()), true);
            var given = keys(field, changed(patch.items(name)), true);
            if (!isSubsequence(given, wanted))
                throw PatchFailure.malformed("The order in patch list:\n" + new Json.Arr(given).compact()
                        + "\n doesn't match " + ORDER.substring(0, ORDER.length() - 1) + " list:\n"
                        + new Json.Arr(wanted).compact());
            result.put(name, ordered(field, items, wanted, keys(field, target.items(name), false)));
        }
    }

    private static List<Json> changed(List<Json> items) {
        return items.stream().filter(item -> item.at(DIRECTIVE) == null).toList();
    }

    private static Json ordered(SchemaField field, List<Json> items, List<Json> wanted, List<Json> live) {
        var byKey = new LinkedHashMap<Json, Json>();
        var keys = keys(field, items, false);
        for (int i = 0; i < keys.size(); i++) byKey.put(keys.get(i), items.get(i));
        var named = new LinkedHashSet<>(wanted);
        named.retainAll(byKey.keySet());
        var rest = new ArrayList<>(byKey.keySet());
        rest.removeAll(named);
        var ordered = new ArrayList<Json>();
        for (var key : woven(rest, new ArrayList<>(named), live)) {
            var item = byKey.get(key);
            if (item != null) ordered.add(item);
        }
        return new Json.Arr(ordered);
    }

    private static List<Json> keys(SchemaField field, List<Json> items, boolean strict) {
        if (field.mergeKey().isEmpty()) return items;
        var keys = new ArrayList<Json>();
        for (var item : items) {
            var key = item.at(field.mergeKey());
            if (key == null && strict) throw noKey(field, item);
            keys.add(key == null ? item : key);
        }
        return keys;
    }

    private static boolean isSubsequence(List<Json> part, List<Json> whole) {
        int at = 0;
        for (var item : whole) if (at < part.size() && part.get(at).equals(item)) at++;
        return at == part.size();
    }

    private static List<Json> items(String name, Json value) {
        if (value instanceof Json.Arr(var items)) return items;
        throw PatchFailure.malformed(name + " must be a list");
    }
}
