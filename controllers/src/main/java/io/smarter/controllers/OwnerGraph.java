package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to whom, of all objects that have an owner or wait for their dependents: their names and references, and
 * nothing else of them. Safe for use by many threads.
 */
final class OwnerGraph {
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /**
     * An owner as its dependent names it, in texts that all its dependents share.
     *
     * @param blocks whether its deletion in the foreground waits for that dependent
     */
    record Owner(String apiVersion, String kind, String name, String uid, boolean blocks) {
        static List<Owner> of(Json.Obj object) {
            var owners = new ArrayList<Owner>();
            for (var reference : Owners.references(object))
                owners.add(new Owner(
                        reference.textOrEmpty("apiVersion").intern(),
                        reference.textOrEmpty("kind").intern(),
                        reference.textOrEmpty("name").intern(),
                        reference.textOrEmpty("uid").intern(),
                        reference.flag("blockOwnerDeletion")));
            return List.copyOf(owners);
        }
    }

    /**
     * An object.
     *
     * @param ending whether it is to go
     * @param foreground whether it waits for its dependents to go
     * @param orphan whether it waits for its dependents to forget it
     */
    record Item(
            Resource resource,
            String namespace,
            String name,
            String uid,
            List<Owner> owners,
            boolean ending,
            boolean foreground,
            boolean orphan) {

        static Item of(Resource resource, Json.Obj object) {
            var metadata = object.object("metadata");
            return new Item(
                    resource,
                    metadata.textOrEmpty("namespace").intern(),
                    metadata.textOrEmpty("name"),
                    metadata.textOrEmpty("uid"),
                    Owner.of(object),
                    metadata.text("deletionTimestamp") != null,
                    Owners.hasFinalizer(object, OwnerCollector.FOREGROUND),
                    Owners.hasFinalizer(object, OwnerCollector.ORPHAN));
        }

        boolean matters() {
            return !owners.isEmpty() || ending && (foreground || orphan);
        }

        /** Whether its dependents are to go before it. */
        boolean waits() {
            return ending && foreground;
        }
    }

    /** Takes an object's new state; gives the one before. */
    synchronized @Nullable Item put(Item item) {
        var old = item.matters() ? items.put(item.uid, item) : items.remove(item.uid);
        if (old != null && old.owners.equals(item.owners)) return old;
        if (old != null) unlink(old);
        for (var owner : item.owners)
            dependents.computeIfAbsent(owner.uid, _ -> new HashSet<>(2)).add(item.uid);
        return old;
    }

    /** Forgets an object that is gone; gives its last state. */
    synchronized @Nullable Item remove(String uid) {
        var old = items.remove(uid);
        if (old != null) unlink(old);
        return old;
    }

    private void unlink(Item item) {
        for (var owner : item.owners)
            dependents.computeIfPresent(owner.uid, (_, set) -> {
                set.remove(item.uid);
                return set.isEmpty() ? null : set;
            });
    }

    synchronized @Nullable Item get(String uid) {
        return items.get(uid);
    }

    synchronized List<Item> dependents(String owner) {
        var found = new ArrayList<Item>();
        for (var uid : dependents.getOrDefault(owner, Set.of())) {
            var item = items.get(uid);
            if (item != null) found.add(item);
        }
        return found;
    }

    synchronized Set<String> uids() {
        return Set.copyOf(items.keySet());
    }
}
