package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.patch.Apply;
import io.smarter.printers.TypeColumns;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.types.ScalePaths;
import java.io.IOException;
import java.util.List;

/**
 * Shows and changes how many of something an object asks for, without knowing what it is (autoscaling/v1 Scale). Where the
 * object keeps it, its type's strategy says.
 */
final class ScaleVerb {
    private final Registry registry;
    private final Admission admission;
    private final Changes changes;
    private final SchemaKind kind;

    /** @param kind that of Scale */
    ScaleVerb(Registry registry, Admission admission, Changes changes, SchemaKind kind) {
        this.registry = registry;
        this.admission = admission;
        this.changes = changes;
        this.kind = kind;
    }

    void handle(ApiRequest request, ScalePaths paths) throws IOException {
        switch (request.verb()) {
            case "get" -> {
                var object = registry.get(request.type(), request.namespace(), request.name());
                Answers.send(request.exchange(), 200, kind, scale(object.tree(), paths));
            }
            case "update" -> {
                var sent = Body.ofObject(request.exchange(), kind).object();
                UpdateVerb.checkPlace(request, sent);
                write(request, paths, _ -> sent);
            }
            case "patch" -> {
                var how = PatchVerb.checkedType(request);
                var text = Body.bytes(request.exchange());
                if (how.equals(PatchVerb.APPLY))
                    apply(request, paths, Body.yaml(text).object());
                else {
                    var patch = Body.json(text).json();
                    write(request, paths, scale -> PatchVerb.patched(kind, how, scale, patch));
                }
            }
            default -> throw Status.methodNotAllowed().error();
        }
    }

    @FunctionalInterface
    private interface Rescaling {
        Json.Obj of(Json.Obj scale);
    }

    private void write(ApiRequest request, ScalePaths paths, Rescaling rescaling) throws IOException {
        var options = WriteOptions.of(request);
        var written = changes.change(request, options.dryRun(), old -> {
            var shown = scale(old.tree(), paths);
            var sent = Body.decoded(kind, rescaling.of(shown));
            UpdateVerb.checkBase(request, sent, old.tree());
            long replicas = replicas(request, admission.gate().below(options, kind, sent, shown));
            var scaled =
                    old.tree().withAt(Json.of(replicas), paths.specReplicas().toArray(String[]::new));
            return Stored.versioned(admission.updated(request.type(), scaled, old.tree(), options), old.revision());
        });
        Answers.send(request.exchange(), 200, kind, scale(written.tree(), paths), options.warnings());
    }

    private long replicas(ApiRequest request, Json.Obj scale) {
        long replicas = scale.number(0, "spec", "replicas");
        if (replicas >= 0) return replicas;
        var error = FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        throw kind.invalid(request.name(), List.of(error)).error();
    }

    /** Whoever applies a scale states one field of the object, and owns that field of it. */
    private void apply(ApiRequest request, ScalePaths paths, Json.Obj config) throws IOException {
        PatchVerb.checkManager(request);
        Body.checkKind(kind, config);
        UpdateVerb.checkPlace(request, config);
        var options = WriteOptions.of(request);
        var type = request.type();
        var sent = Body.decoded(kind, config);
        var stated = Json.obj(
                "apiVersion",
                type.resource().apiVersion(),
                "kind",
                type.resource().kind(),
                "metadata",
                Json.obj("name", request.name(), "namespace", request.namespace()));
        var wanted = sent.at("spec", "replicas") == null
                ? stated
                : stated.withAt(
                        Json.of(replicas(request, sent)), paths.specReplicas().toArray(String[]::new));
        var writer = admission.writer(options, "Apply", admission.now());
        boolean force = request.query().flag("force");
        var written = changes.change(request, options.dryRun(), old -> {
            UpdateVerb.checkBase(request, sent, old.tree());
            admission.gate().below(options, kind, sent, scale(old.tree(), paths));
            var applied = PatchVerb.applied(Apply.apply(type.kind(), old.tree(), wanted, writer, force));
            return Stored.versioned(admission.applied(type, applied, old.tree(), options), old.revision());
        });
        Answers.send(request.exchange(), 200, kind, scale(written.tree(), paths), options.warnings());
    }

    private static Json.Obj scale(Json.Obj object, ScalePaths paths) {
        var metadata = object.object("metadata");
        var selector = at(object, paths.selector());
        return Json.obj(
                "kind", "Scale",
                "apiVersion", "autoscaling/v1",
                "metadata",
                        Json.obj(
                                "name", metadata.text("name"),
                                "namespace", metadata.text("namespace"),
                                "uid", metadata.text("uid"),
                                "resourceVersion", metadata.text("resourceVersion"),
                                "creationTimestamp", metadata.text("creationTimestamp")),
                "spec", Json.obj("replicas", number(object, paths.specReplicas())),
                "status",
                        Json.obj(
                                "replicas",
                                number(object, paths.statusReplicas()),
                                "selector",
                                selector.isEmpty() ? null : selector));
    }

    private static long number(Json.Obj object, List<String> path) {
        return object.number(0, path.toArray(String[]::new));
    }

    private static String at(Json.Obj object, List<String> path) {
        if (path.isEmpty()) return "";
        var value = object.at(path.toArray(String[]::new));
        if (value instanceof Json.Str(var text)) return text;
        return value instanceof Json.Obj selector ? TypeColumns.selected(selector) : "";
    }
}
