package io.smarter.apiserver;

import io.smarter.api.ObjectMeta;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.ValidationReport;
import io.smarter.storage.ApiRequest;
import io.smarter.types.ApiType;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Gives a pod its node, as a scheduler asks for it (core/v1 Binding): once, and for good. */
final class BindVerb {
    private static final String SCHEDULED = "PodScheduled";

    private final Changes changes;
    private final AdmissionGate gate;
    private final ApiType pods;
    private final SchemaKind kind;
    private final Clock clock;

    /** @param kind that of Binding */
    BindVerb(Changes changes, AdmissionGate gate, ApiType pods, SchemaKind kind, Clock clock) {
        this.gate = gate;
        this.changes = changes;
        this.pods = pods;
        this.kind = kind;
        this.clock = clock;
    }

    /** Binds the pod that the request's URL names, or that its body names when the URL names none. */
    void handle(ApiRequest request) throws IOException {
        var options = WriteOptions.of(request);
        var sent = read(request);
        var name = sent.textOrEmpty("metadata", "name");
        var bound = new ApiRequest(
                request.exchange(), request.user(), "create", pods, request.namespace(), name, "binding");
        var binding = gate.below(WriteOptions.of(bound), kind, sent, null);
        changes.change(bound, options.dryRun(), old -> {
            UpdateVerb.checkBase(bound, binding, old.tree());
            refuse(old.tree());
            return assigned(old.tree(), binding);
        });
        Answers.status(request.exchange(), 201, Status.success(201));
    }

    private Json.Obj read(ApiRequest request) throws IOException {
        var binding = Body.decoded(kind, Body.ofKind(request.exchange(), kind));
        if (!request.name().isEmpty() && !request.name().equals(binding.textOrEmpty("metadata", "name")))
            throw Status.badRequest("name in URL does not match name in Binding object")
                    .error();
        var report = new ValidationReport();
        report.text(binding.object("metadata"), "metadata", "name");
        var of = binding.textOrEmpty("target", "kind");
        if (!of.isEmpty() && !of.equals("Node")) report.unsupported("target.kind", of, List.of("Node", "<empty>"));
        report.text(binding.object("target"), "target", "name");
        if (!report.errors().isEmpty())
            throw kind.invalid(binding.textOrEmpty("metadata", "name"), report.errors())
                    .error();
        return binding;
    }

    private static void refuse(Json.Obj pod) {
        var name = pod.textOrEmpty("metadata", "name");
        var node = pod.textOrEmpty("spec", "nodeName");
        if (pod.text("metadata", "deletionTimestamp") != null)
            throw conflict(name, "pod %s is being deleted, cannot be assigned to a host".formatted(name));
        if (!node.isEmpty()) throw conflict(name, "pod %s is already assigned to node \"%s\"".formatted(name, node));
        if (!pod.items("spec", "schedulingGates").isEmpty())
            throw conflict(name, "pod %s has non-empty .spec.schedulingGates".formatted(name));
    }

    private static StatusException conflict(String name, String why) {
        return new Status(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on pods/binding \"%s\": %s".formatted(name, why),
                        Json.obj("name", name, "kind", "pods/binding"))
                .error();
    }

    private Json.Obj assigned(Json.Obj pod, Json.Obj binding) {
        var assigned = pod.withAt(Json.of(binding.textOrEmpty("target", "name")), "spec", "nodeName");
        for (var note : binding.texts("metadata", "annotations").entrySet())
            assigned = assigned.withAt(Json.of(note.getValue()), "metadata", "annotations", note.getKey());
        var conditions = new ArrayList<>(pod.items("status", "conditions"));
        conditions.removeIf(condition -> condition.textOrEmpty("type").equals(SCHEDULED));
        conditions.add(Json.obj(
                "type",
                SCHEDULED,
                "status",
                "True",
                "lastProbeTime",
                Json.Null.NULL,
                "lastTransitionTime",
                ObjectMeta.time(clock.instant())));
        return assigned.withAt(new Json.Arr(conditions), "status", "conditions");
    }
}
