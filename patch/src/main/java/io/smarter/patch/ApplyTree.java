package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Walks over values along their shapes: which fields there are, which differ, two values merged, fields taken out. */
final class ApplyTree {
    private ApplyTree() {}

    // ---- the fields of a value

    /** The paths that somebody who wrote this value states. */
    static FieldSet fields(ApplyShape shape, Json value, boolean strict) {
        if (shape.isLeaf(value)) return FieldSet.LEAF;
        var children = new LinkedHashMap<String, FieldSet>();
        switch (value) {
            case Json.Obj object ->
                object.members().forEach((name, item) -> {
                    var set = within("." + name, () -> fields(shape.member(name), item, strict));
                    boolean empty =
                            item instanceof Json.Null || item instanceof Json.Obj(var members) && members.isEmpty();
                    children.put(FieldElements.member(name), empty || !shape.declares(name) ? set.asMember() : set);
                });
            case Json.Arr(var items) ->
                shape.itemsByElement(items, strict).forEach((element, item) -> {
                    var set = within(FieldElements.print(element), () -> fields(shape.item(), item, strict));
                    children.put(element, set.asMember());
                });
            default -> {}
        }
        return FieldSet.of(false, children);
    }

    private static <T> T within(String step, Supplier<T> work) {
        try {
            return work.get();
        } catch (ApplyFailure e) {
            var message = String.valueOf(e.getMessage());
            var joint = message.startsWith(".") || message.startsWith("[") ? "" : ": ";
            throw new ApplyFailure(step + joint + message);
        }
    }

    /** The set with those parents added that the schema itself names: they exist wherever their parts do. */
    static FieldSet withNamed(ApplyShape shape, FieldSet set) {
        var children = new LinkedHashMap<String, FieldSet>();
        set.children().forEach((element, child) -> {
            boolean isMember = element.startsWith("f:");
            var name = element.substring(2);
            var below = withNamed(isMember ? shape.member(name) : shape.item(), child);
            children.put(element, isMember && shape.declares(name) ? below.asMember() : below);
        });
        return FieldSet.of(set.member(), children);
    }

    // ---- taking out

    /** The value without the fields of a set; null when nothing is left. */
    static @Nullable Json without(ApplyShape shape, Json value, FieldSet gone) {
        return switch (value) {
            case Json.Obj object
            when !shape.whole() -> {
                var kept = new LinkedHashMap<String, Json>();
                object.members().forEach((name, item) -> {
                    var rest = left(shape.member(name), item, gone.child(FieldElements.member(name)));
                    if (rest != null) kept.put(name, rest);
                });
                yield kept.isEmpty() ? null : new Json.Obj(kept);
            }
            case Json.Arr(var items)
            when !shape.isLeaf(value) -> {
                var kept = new ArrayList<Json>();
                for (var item : items) {
                    var rest = left(shape.item(), item, gone.child(shape.element(item)));
                    if (rest != null) kept.add(rest);
                }
                yield kept.isEmpty() ? null : new Json.Arr(kept);
            }
            default -> value;
        };
    }

    private static @Nullable Json left(ApplyShape shape, Json value, FieldSet gone) {
        if (gone.member()) return null;
        return gone.isEmpty() ? value : without(shape, value, gone);
    }

    // ---- merging

    /** The live value with all that the applied one states, nulls included. */
    static Json merged(ApplyShape shape, @Nullable Json live, Json applied) {
        if (shape.isLeaf(applied)) return applied;
        return switch (applied) {
            case Json.Obj(var changes) -> {
                var olds = live instanceof Json.Obj(var members) ? members : Map.<String, Json>of();
                var all = new LinkedHashMap<>(olds);
                changes.forEach((name, value) -> all.put(name, merged(shape.member(name), olds.get(name), value)));
                yield new Json.Obj(all);
            }
            case Json.Arr(var changes) ->
                new Json.Arr(mergedItems(shape, live instanceof Json.Arr(var olds) ? olds : List.of(), changes));
            default -> applied;
        };
    }

    /*
     * Applied items keep their order. Before each of them come the live-only items that stand in front of the live item
     * which is due next, so that an item nobody applied stays behind the one it was behind.
     */
    private static List<Json> mergedItems(ApplyShape shape, List<Json> live, List<Json> applied) {
        var changes = shape.itemsByElement(applied, false);
        var olds = shape.itemsByElement(live, false);
        var due = new ArrayList<String>();
        for (var element : changes.keySet()) if (olds.containsKey(element)) due.add(element);
        var merged = new ArrayList<Json>();
        int at = 0;
        int shared = 0;
        for (var change : changes.entrySet()) {
            var element = change.getKey();
            var next = shared < due.size() ? due.get(shared) : null;
            for (; at < live.size() && !shape.element(live.get(at)).equals(next); at++)
                if (!changes.containsKey(shape.element(live.get(at)))) merged.add(live.get(at));
            if (element.equals(next)) {
                shared++;
                at = Math.min(at + 1, live.size());
            }
            var old = olds.get(element);
            merged.add(merged(shape.item(), old instanceof Json.Arr ? null : old, change.getValue()));
        }
        for (; at < live.size(); at++) if (!changes.containsKey(shape.element(live.get(at)))) merged.add(live.get(at));
        return merged;
    }

    // ---- comparing

    /** What is in one value and not, or differently, in the other. */
    record Difference(FieldSet added, FieldSet removed, FieldSet modified) {
        private static final Difference NONE = new Difference(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);
        private static final Difference ADDED = new Difference(FieldSet.LEAF, FieldSet.EMPTY, FieldSet.EMPTY);
        private static final Difference REMOVED = new Difference(FieldSet.EMPTY, FieldSet.LEAF, FieldSet.EMPTY);
        private static final Difference MODIFIED = new Difference(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.LEAF);

        FieldSet changed() {
            return added.union(modified);
        }

        Difference minusBelow(FieldSet ignored) {
            return new Difference(added.minusBelow(ignored), removed.minusBelow(ignored), modified.minusBelow(ignored));
        }
    }

    static Difference compare(ApplyShape shape, @Nullable Json before, @Nullable Json after) {
        if (shape.isLeaf(before) || shape.isLeaf(after) || isHollow(before) && isHollow(after))
            return leaf(before, after);
        var parts = new Differences();
        if (before instanceof Json.Obj || after instanceof Json.Obj) members(shape, before, after, parts);
        else items(shape, before, after, parts);
        return new Difference(
                parts.added.build(before == null), parts.removed.build(after == null), parts.modified.build(false));
    }

    /** What parts of a value differ. */
    private record Differences(FieldSet.Builder added, FieldSet.Builder removed, FieldSet.Builder modified) {
        Differences() {
            this(new FieldSet.Builder(), new FieldSet.Builder(), new FieldSet.Builder());
        }

        void put(String element, Difference part) {
            added.put(element, part.added);
            removed.put(element, part.removed);
            modified.put(element, part.modified);
        }
    }

    private static boolean isHollow(@Nullable Json value) {
        return switch (value) {
            case null -> true;
            case Json.Null _ -> true;
            case Json.Obj(var members) -> members.isEmpty();
            case Json.Arr(var items) -> items.isEmpty();
            default -> false;
        };
    }

    private static Difference leaf(@Nullable Json before, @Nullable Json after) {
        if (before == null) return after == null ? Difference.NONE : Difference.ADDED;
        if (after == null) return Difference.REMOVED;
        return SchemaValues.same(before, after) ? Difference.NONE : Difference.MODIFIED;
    }

    private static void members(ApplyShape shape, @Nullable Json before, @Nullable Json after, Differences to) {
        var olds = before instanceof Json.Obj(var members) ? members : Map.<String, Json>of();
        var news = after instanceof Json.Obj(var members) ? members : Map.<String, Json>of();
        for (var name : both(olds.keySet(), news.keySet())) {
            var old = before == null ? null : orUnset(shape, name, olds.get(name));
            var now = after == null ? null : orUnset(shape, name, news.get(name));
            to.put(FieldElements.member(name), compare(shape.member(name), old, now));
        }
    }

    /** What an object of Go's has where nothing was set: parts held by value are there, only empty. */
    private static @Nullable Json orUnset(ApplyShape shape, String name, @Nullable Json value) {
        var field = value == null ? shape.type().field(name) : null;
        if (field == null || !field.presentWhenUnset()) return value;
        return switch (field.type()) {
            case SchemaType.Struct _ -> Json.Obj.EMPTY;
            case SchemaType.ListOf _, SchemaType.MapOf _ -> Json.Null.NULL;
            default -> null;
        };
    }

    private static void items(ApplyShape shape, @Nullable Json before, @Nullable Json after, Differences to) {
        var olds = shape.itemsByElement(before instanceof Json.Arr(var items) ? items : List.of(), false);
        var news = shape.itemsByElement(after instanceof Json.Arr(var items) ? items : List.of(), false);
        for (var element : both(olds.keySet(), news.keySet())) {
            var old = olds.get(element);
            var now = news.get(element);
            boolean twins = old instanceof Json.Arr || now instanceof Json.Arr;
            to.put(element, twins ? leaf(old, now) : compare(shape.item(), old, now));
        }
    }

    private static Set<String> both(Set<String> left, Set<String> right) {
        if (left.isEmpty()) return right;
        var all = new LinkedHashSet<>(left);
        all.addAll(right);
        return all;
    }
}
