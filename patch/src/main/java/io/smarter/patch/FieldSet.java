package io.smarter.patch;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths into an object, as a tree (Kubernetes' FieldsV1). An element of a path is {@code f:} and a member's name,
 * {@code k:} and the keys of a list item as JSON, {@code v:} and the value of an item as JSON, or {@code i:} and an index.
 * Immutable.
 */
final class FieldSet {
    static final FieldSet EMPTY = new FieldSet(false, Collections.emptySortedMap());

    /** The set of nothing but the path where it stands. */
    static final FieldSet LEAF = new FieldSet(true, Collections.emptySortedMap());

    private static final int MAX_DEPTH = 256;

    private final boolean member;
    private final SortedMap<String, FieldSet> children;

    private FieldSet(boolean member, SortedMap<String, FieldSet> children) {
        this.member = member;
        this.children = children;
    }

    /** Children that are empty are left out. */
    static FieldSet of(boolean member, Map<String, FieldSet> children) {
        var kept = new Builder();
        children.forEach(kept::put);
        return kept.build(member);
    }

    /** Collects the children of a set; those that are empty are left out. Used by one thread, once. */
    static final class Builder {
        private @Nullable TreeMap<String, FieldSet> kept;

        void put(String element, FieldSet child) {
            if (child.isEmpty()) return;
            if (kept == null) kept = new TreeMap<>();
            kept.put(element, child);
        }

        FieldSet build(boolean member) {
            if (kept == null) return member ? LEAF : EMPTY;
            return new FieldSet(member, Collections.unmodifiableSortedMap(kept));
        }
    }

    /** The set of single paths, each written as a list of elements. */
    static FieldSet paths(List<List<String>> paths) {
        var all = EMPTY;
        for (var path : paths) {
            var one = LEAF;
            for (var element : path.reversed()) one = of(false, Map.of(element, one));
            all = all.union(one);
        }
        return all;
    }

    /** Whether the path where this set stands belongs to it. */
    boolean member() {
        return member;
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    SortedMap<String, FieldSet> children() {
        return children;
    }

    FieldSet child(String element) {
        return children.isEmpty() ? EMPTY : children.getOrDefault(element, EMPTY);
    }

    FieldSet asMember() {
        return member ? this : new FieldSet(true, children);
    }

    FieldSet union(FieldSet other) {
        if (other.isEmpty()) return this;
        if (isEmpty()) return other;
        var all = new TreeMap<>(children);
        other.children.forEach((element, child) -> all.merge(element, child, FieldSet::union));
        return of(member || other.member, all);
    }

    FieldSet intersect(FieldSet other) {
        var common = new Builder();
        children.forEach((element, child) -> common.put(element, child.intersect(other.child(element))));
        return common.build(member && other.member);
    }

    /** The paths of this set that are not in the other one. */
    FieldSet minus(FieldSet other) {
        if (other.isEmpty()) return this;
        var rest = new Builder();
        children.forEach((element, child) -> rest.put(element, child.minus(other.child(element))));
        return rest.build(member && !other.member);
    }

    /** The paths of this set that are neither in the other one nor below a path in it. */
    FieldSet minusBelow(FieldSet other) {
        if (other.member) return EMPTY;
        if (other.isEmpty()) return this;
        var rest = new Builder();
        children.forEach((element, child) -> rest.put(element, child.minusBelow(other.child(element))));
        return rest.build(member);
    }

    // ---- text

    /** The paths as messages show them, such as {@code .spec.containers[name="x"].image}. */
    List<String> printed() {
        var paths = new ArrayList<String>();
        print("", paths);
        return paths;
    }

    private void print(String path, List<String> to) {
        if (member) to.add(path);
        children.forEach((element, child) -> child.print(path + FieldElements.print(element), to));
    }

    /** The set in the form of FieldsV1. */
    Json.Obj toJson() {
        var members = new LinkedHashMap<String, Json>();
        children.forEach((element, child) -> members.put(element, child.below()));
        return new Json.Obj(members);
    }

    private Json.Obj below() {
        if (children.isEmpty()) return Json.Obj.EMPTY;
        var members = new LinkedHashMap<String, Json>();
        if (member) members.put(".", Json.Obj.EMPTY);
        members.putAll(toJson().members());
        return new Json.Obj(members);
    }

    /**
     * Reads FieldsV1.
     *
     * @throws ApplyFailure if an element has none of the known forms
     */
    static FieldSet parse(Json.Obj fields) {
        return parse(fields, 0);
    }

    private static FieldSet parse(Json.Obj fields, int depth) {
        if (depth > MAX_DEPTH) throw new ApplyFailure("fieldsV1 nests deeper than " + MAX_DEPTH);
        var children = new TreeMap<String, FieldSet>();
        fields.members().forEach((element, child) -> {
            if (element.equals(".")) return;
            if (!(child instanceof Json.Obj object)) throw new ApplyFailure("fieldsV1: " + element + " is no object");
            var set = parse(object, depth + 1);
            boolean own = object.members().isEmpty() || object.has(".");
            children.put(FieldElements.canonical(element), own ? set.asMember() : set);
        });
        return of(false, children);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && member == set.member && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return 31 * children.hashCode() + Boolean.hashCode(member);
    }

    @Override
    public String toString() {
        return printed().toString();
    }
}
