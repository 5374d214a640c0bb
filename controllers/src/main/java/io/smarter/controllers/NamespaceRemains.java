package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is still in a namespace that is to go, and what holds it, for its status to say. Used by one thread. */
final class NamespaceRemains {
    /** What may go wrong elsewhere, and here never lasts. */
    private static final List<Json.Obj> FAILURES = List.of(
            condition(
                    "NamespaceDeletionDiscoveryFailure",
                    false,
                    "ResourcesDiscovered",
                    "All resources successfully discovered"),
            condition(
                    "NamespaceDeletionGroupVersionParsingFailure",
                    false,
                    "ParsedGroupVersions",
                    "All legacy kube types successfully parsed"),
            condition(
                    "NamespaceDeletionContentFailure",
                    false,
                    "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization"));

    private final Map<String, Integer> resources = new TreeMap<>();
    private final Map<String, Integer> finalizers = new TreeMap<>();

    void add(Resource resource, List<Json.Obj> objects) {
        if (objects.isEmpty()) return;
        resources.merge(resource.plural() + "." + resource.group(), objects.size(), Integer::sum);
        for (var object : objects)
            for (var finalizer : object.items("metadata", "finalizers"))
                if (finalizer instanceof Json.Str(var name)) finalizers.merge(name, 1, Integer::sum);
    }

    boolean isEmpty() {
        return resources.isEmpty();
    }

    /** The conditions of the namespace's status, those of others as they are; null when it has them already. */
    @Nullable
    Json conditions(Json.Obj namespace, Instant now) {
        var old = namespace.items("status", "conditions");
        var conditions = new ArrayList<Json>();
        var own = new ArrayList<>(FAILURES);
        own.add(content());
        own.add(holders());
        for (var condition : old) {
            var type = condition.textOrEmpty("type");
            if (own.stream().noneMatch(one -> one.textOrEmpty("type").equals(type))) conditions.add(condition);
        }
        for (var condition : own) {
            var before = find(old, condition.textOrEmpty("type"));
            var turned = Conditions.turned(before, condition.textOrEmpty("status"), now);
            conditions.add(condition.with("lastTransitionTime", Json.of(turned.text("lastTransitionTime"))));
        }
        return conditions.equals(old) ? null : new Json.Arr(conditions);
    }

    private static Json.Obj find(List<Json> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.textOrEmpty("type").equals(type))
                .map(Json::object)
                .findFirst()
                .orElse(Json.Obj.EMPTY);
    }

    private Json.Obj content() {
        var type = "NamespaceContentRemaining";
        return resources.isEmpty()
                ? condition(type, false, "ContentRemoved", "All content successfully removed")
                : condition(
                        type, true, "SomeResourcesRemain", "Some resources are remaining: " + list(resources, " has "));
    }

    private Json.Obj holders() {
        var type = "NamespaceFinalizersRemaining";
        return finalizers.isEmpty()
                ? condition(type, false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : condition(
                        type,
                        true,
                        "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: " + list(finalizers, " in "));
    }

    private static String list(Map<String, Integer> counts, String between) {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + between + entry.getValue() + " resource instances")
                .collect(Collectors.joining(", "));
    }

    private static Json.Obj condition(String type, boolean is, String reason, String message) {
        return Json.obj("type", type, "status", is ? "True" : "False", "reason", reason, "message", message);
    }
}
