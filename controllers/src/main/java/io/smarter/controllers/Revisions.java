package io.smarter.controllers;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The history of a DaemonSet's template in ControllerRevisions, of which {@code kubectl rollout} reads and whose
 * {@code data} it sends back as strategic merge patch to undo.
 */
final class Revisions {
    private static final Comparator<Json.Obj> NEWEST_LAST = Comparator.comparingLong(Revisions::number);
    private static final String HASH_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Revisions() {}

    /** What is to be done so that the newest revision is that of the present template. */
    sealed interface Current {
        /** It is. */
        record Newest(Json.Obj revision) implements Current {}

        /** An older one is equal, as after an undo: it takes the next number. */
        record Again(Json.Obj revision) implements Current {}

        /** There is none. */
        record Missing(Json.Obj revision) implements Current {}
    }

    static Current current(DaemonSet daemonSet, List<Json.Obj> revisions) {
        var data = data(daemonSet);
        var sorted = revisions.stream().sorted(NEWEST_LAST).toList();
        long newest = sorted.isEmpty() ? 0 : number(sorted.getLast());
        var equal = sorted.reversed().stream()
                .filter(one -> data.equals(whole(one.object("data"))))
                .findFirst();
        if (equal.isEmpty()) return new Current.Missing(make(daemonSet, data, newest + 1));
        if (number(equal.get()) == newest) return new Current.Newest(equal.get());
        return new Current.Again(equal.get().with("revision", Json.of(newest + 1)));
    }

    /** Revisions beyond the limit, oldest first, sparing those that pods still have. */
    static List<Json.Obj> excess(List<Json.Obj> revisions, String currentHash, Set<String> podHashes, int limit) {
        Predicate<Json.Obj> live = one -> hash(one).equals(currentHash) || podHashes.contains(hash(one));
        var old = revisions.stream().filter(live.negate()).sorted(NEWEST_LAST).toList();
        long many =
                revisions.stream().filter(one -> !hash(one).equals(currentHash)).count() - limit;
        return old.subList(0, Math.clamp(many, 0, old.size()));
    }

    static String hash(Json.Obj revision) {
        return revision.textOrEmpty("metadata", "labels", DaemonPod.HASH_LABEL);
    }

    static long number(Json.Obj revision) {
        return revision.number(0, "revision");
    }

    /**
     * What a revision remembers: the template, marked to replace the one that is there. Clients compare its bytes with
     * what they make of the DaemonSet, so it is written as Kubernetes' writes it: members in order, and a time of creation
     * that is none.
     */
    private static Json.Obj data(DaemonSet daemonSet) {
        return whole(Json.obj("spec", Json.obj("template", daemonSet.template())));
    }

    private static Json.Obj whole(Json.Obj data) {
        var template = data.object("spec", "template").with("$patch", Json.of("replace"));
        if (template.at("metadata", "creationTimestamp") == null)
            template = template.withAt(Json.Null.NULL, "metadata", "creationTimestamp");
        return sorted(data.withAt(template, "spec", "template")).object();
    }

    private static Json.Obj make(DaemonSet daemonSet, Json.Obj data, long number) {
        var hash = hash(daemonSet.template(), daemonSet.collisions());
        var metadata = Json.obj(
                "name", daemonSet.name() + "-" + hash,
                "namespace", daemonSet.namespace(),
                "labels", daemonSet.template().object("metadata", "labels").with(DaemonPod.HASH_LABEL, Json.of(hash)),
                "annotations", daemonSet.object().at("metadata", "annotations"),
                "ownerReferences", List.of(daemonSet.ownerReference()));
        return Json.obj(
                "apiVersion", "apps/v1",
                "kind", "ControllerRevision",
                "metadata", metadata,
                "data", data,
                "revision", number);
    }

    /** A short text that differs, as good as always, between templates, and does not depend on the order of members. */
    static String hash(Json template, long collisions) {
        int hash = FNV_OFFSET;
        for (byte b : sorted(template).bytes()) hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        for (byte b : Json.of(collisions).bytes()) hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        var text = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray())
            text.append(HASH_ALPHABET.charAt(digit % HASH_ALPHABET.length()));
        return text.toString();
    }

    private static Json sorted(Json value) {
        return switch (value) {
            case Json.Obj(var members) -> {
                var sorted = new TreeMap<String, Json>();
                members.forEach((name, member) -> sorted.put(name, sorted(member)));
                yield new Json.Obj(sorted);
            }
            case Json.Arr(var items) -> {
                var sorted = new ArrayList<Json>();
                for (var item : items) sorted.add(sorted(item));
                yield new Json.Arr(sorted);
            }
            default -> value;
        };
    }
}
