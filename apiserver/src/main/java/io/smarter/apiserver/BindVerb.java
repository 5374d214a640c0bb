package io.smarter.apiserver;

import io.smarter.json.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Assigns a pod to a node, as a scheduler that somebody brings asks for it (core/v1 Binding). Nothing here does so
 * itself.
 */
final class BindVerb {
    private final Changes changes;
    private final SchemaKind binding;
    private final Clock clock;

    /** @param binding the kind of what is sent */
    BindVerb(Changes changes, SchemaKind binding, Clock clock) {
        this.changes = changes;
        this.binding = binding;
        this.clock = clock;
    }

    void handle(ApiRequest request) throws IOException {
        var options = WriteOptions.of(request);
        var sent = Body.ofObject(request.exchange(), binding).object();
        var name = sent.textOrEmpty("metadata", "name");
        if (!name.isEmpty() && !name.equals(request.name()))
            throw Status.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, request.name()))
                    .error();
        check(request, sent.object("target"));
        changes.change(request, options.dryRun(), pod -> bound(request, pod.tree(), sent));
        var done = Json.obj(
                "kind", "Status",
                "apiVersion", "v1",
                "metadata", Json.Obj.EMPTY,
                "status", "Success",
                "code", 201);
        Answers.send(request.exchange(), 201, done);
    }

    private void check(ApiRequest request, Json.Obj target) {
        var errors = new ArrayList<FieldError>();
        var kind = target.textOrEmpty("kind");
        if (!kind.isEmpty() && !kind.equals("Node"))
            errors.add(new FieldError(
                    "target.kind", FieldError.Reason.NOT_SUPPORTED, kind, "supported values: \"Node\", \"<empty>\""));
        if (target.textOrEmpty("name").isEmpty()) errors.add(FieldError.required("target.name", ""));
        if (!errors.isEmpty())
            throw Status.invalid(binding, request.name(), errors).error();
    }

    private Json.Obj bound(ApiRequest request, Json.Obj pod, Json.Obj sent) {
        var node = sent.textOrEmpty("target", "name");
        var uid = sent.textOrEmpty("metadata", "uid");
        var own = pod.textOrEmpty("metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(own))
            throw conflict(
                    request,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s".formatted(uid, own));
        if (pod.text("metadata", "deletionTimestamp") != null)
            throw conflict(request, "pod %s is being deleted, cannot be assigned to a host".formatted(request.name()));
        var assigned = pod.textOrEmpty("spec", "nodeName");
        if (!assigned.isEmpty())
            throw conflict(request, "pod %s is already assigned to node \"%s\"".formatted(request.name(), assigned));
        if (!pod.items("spec", "schedulingGates").isEmpty())
            throw conflict(request, "pod %s has non-empty .spec.schedulingGates".formatted(request.name()));
        var annotations =
                new LinkedHashMap<>(pod.object("metadata", "annotations").members());
        annotations.putAll(sent.object("metadata", "annotations").members());
        var bound = pod.withAt(Json.of(node), "spec", "nodeName");
        if (!annotations.isEmpty()) bound = bound.withAt(new Json.Obj(annotations), "metadata", "annotations");
        return bound.withAt(new Json.Arr(scheduled(bound)), "status", "conditions");
    }

    private List<Json> scheduled(Json.Obj pod) {
        var conditions = new ArrayList<Json>();
        for (var condition : pod.items("status", "conditions"))
            if (!condition.textOrEmpty("type").equals("PodScheduled")) conditions.add(condition);
        conditions.add(Json.obj(
                "type",
                "PodScheduled",
                "status",
                "True",
                "lastProbeTime",
                Json.Null.NULL,
                "lastTransitionTime",
                Metadata.time(clock.instant())));
        return conditions;
    }

    private static StatusException conflict(ApiRequest request, String why) {
        return Status.conflict(request.type().resource(), request.name(), why).error();
    }
}
