package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.patch.Apply;
import io.smarter.patch.OwnershipConflict;
import io.smarter.patch.Patches;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes objects by patches: JSON patch, merge patch, strategic merge patch, server-side apply. */
final class PatchVerb {
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";
    private static final String ACCEPTED = String.join(", ", JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY);
    private static final String ACCEPTED_CUSTOM = String.join(", ", JSON_PATCH, MERGE_PATCH, APPLY);

    private final Admission admission;
    private final Registry registry;
    private final Changes changes;

    PatchVerb(Admission admission, Registry registry, Changes changes) {
        this.admission = admission;
        this.registry = registry;
        this.changes = changes;
    }

    void handle(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var options = WriteOptions.of(request);
        var type = checkedType(request);
        var text = Body.bytes(request.exchange());
        if (type.equals(APPLY)) {
            apply(request, view, options, Body.yaml(text));
            return;
        }
        var patch = Body.json(text);
        var written = changes.change(request, options.dryRun(), old -> {
            var patched = patched(request.type().kind(), type, old.tree(), patch.json());
            Admission.checkSameKind(request.type(), patched);
            UpdateVerb.checkPlace(request, patched);
            UpdateVerb.checkBase(request, patched, old.tree());
            admission.authorization().checkContent(request, patched, old.tree());
            var decoded = admission.decoded(request.type(), patched, patch.duplicates(), fresh(request, options));
            return Stored.versioned(admission.updated(request.type(), decoded, old.tree(), options), old.revision());
        });
        answer(request, view, options, 200, written);
    }

    /** The kind of patch that is sent, which must be one of those there are. */
    static String checkedType(ApiRequest request) {
        var type = Body.mediaType(request.exchange());
        if (!List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY).contains(type))
            throw Status.unsupportedMediaType(request.type().kind().typed() ? ACCEPTED : ACCEPTED_CUSTOM)
                    .error();
        if (!type.equals(APPLY) && request.query().has("force"))
            throw invalid(FieldError.forbidden("force", "may not be specified for non-apply patch"))
                    .error();
        return type;
    }

    /** Whoever applies says who it is. */
    static void checkManager(ApiRequest request) {
        if (request.query().first("fieldManager", "").isEmpty())
            throw invalid(FieldError.required("fieldManager", "is required for apply patch"))
                    .error();
    }

    private static Status invalid(FieldError option) {
        return Status.invalid("meta.k8s.io", "PatchOptions", "", List.of(option));
    }

    static Json.Obj patched(SchemaKind kind, String how, Json.Obj target, Json patch) {
        var outcome = switch (how) {
            case JSON_PATCH -> Patches.json(kind, target, patch);
            case MERGE_PATCH -> Patches.merge(kind, target, patch);
            default -> Patches.strategic(kind, target, patch);
        };
        return switch (outcome) {
            case Patches.Outcome.Patched(var object) -> object;
            case Patches.Outcome.Rejected(var code, var reason, var message, var cause) ->
                throw rejected(Status.of(code, reason, message), cause).error();
        };
    }

    private static Status rejected(Status status, String cause) {
        return cause.isEmpty() ? status : status.withCause("UnexpectedServerResponse", cause, "");
    }

    private void apply(ApiRequest request, View view, WriteOptions options, Body body) throws IOException {
        checkManager(request);
        var config = config(request, body, options);
        UpdateVerb.checkPlace(request, config);
        var made = made(request, config, options);
        if (made.isPresent()) answer(request, view, options, 201, made.get());
        else answer(request, view, options, 200, changed(request, config, options));
    }

    /** The object made by applying, or nothing when there is one already. */
    private Optional<Stored> made(ApiRequest request, Json.Obj config, WriteOptions options) {
        if (registry.find(request.type(), request.namespace(), request.name()).isPresent()) return Optional.empty();
        if (!request.subresource().isEmpty())
            throw Status.notFound(request.type().resource(), request.name()).error();
        checkUnborn(request, config);
        admission.authorization().checkContent(request, config, Json.Obj.EMPTY);
        var applied = applied(request, null, config, options);
        var sent = request.type().strategy().sentBy(applied, request.user());
        var object = admission.made(request.type(), request.namespace(), sent, options);
        return changes.create(request.type(), object, options.dryRun());
    }

    /** Who names an object by its identity means one that exists. */
    private static void checkUnborn(ApiRequest request, Json.Obj config) {
        var uid = config.textOrEmpty("metadata", "uid");
        if (uid.isEmpty()) return;
        var why = "uid mismatch: the provided object specified uid %s, and no existing object was found".formatted(uid);
        throw Status.conflict(request.type().resource(), request.name(), why).error();
    }

    private Stored changed(ApiRequest request, Json.Obj config, WriteOptions options) {
        return changes.change(request, options.dryRun(), old -> {
            UpdateVerb.checkBase(request, config, old.tree());
            var applied = applied(request, old.tree(), config, options);
            admission.authorization().checkContent(request, applied, old.tree());
            return Stored.versioned(admission.applied(request.type(), applied, old.tree(), options), old.revision());
        });
    }

    /** What the writer wants, as it was written (applying refuses fields that do not exist in any case): a field that is stated as false or nothing is owned all the same. */
    private Json.Obj config(ApiRequest request, Body body, WriteOptions options) {
        if (options.strictness().equals("Strict") && !body.duplicates().isEmpty())
            throw Status.badRequest("error strict decoding YAML: " + String.join(", ", body.duplicates()))
                    .error();
        if (options.strictness().equals("Warn")) options.warn(body.duplicates());
        var decoded = admission.decoded(request.type(), new Body(body.json(), List.of()), options.lenient());
        var config = body.object()
                .with("apiVersion", Json.of(decoded.textOrEmpty("apiVersion")))
                .with("kind", Json.of(decoded.textOrEmpty("kind")));
        boolean main = request.subresource().isEmpty();
        return main && request.type().strategy().hasStatus() ? config.without("status") : config;
    }

    private Json.Obj applied(ApiRequest request, Json.@Nullable Obj live, Json.Obj config, WriteOptions options) {
        var writer = admission.writer(options, "Apply", admission.now());
        return applied(Apply.apply(
                request.type().kind(), live, config, writer, request.query().flag("force")));
    }

    /** The object that came of an apply, unless it was refused. */
    static Json.Obj applied(Apply.Outcome outcome) {
        return switch (outcome) {
            case Apply.Outcome.Applied(var object) -> object;
            case Apply.Outcome.Conflicts(var conflicts) ->
                throw OwnershipConflict.status(conflicts).error();
            case Apply.Outcome.Rejected(var code, var reason, var message) ->
                throw Status.of(code, reason, message).error();
        };
    }

    /** The same options without the warnings so far: a repeated attempt repeats them. */
    private static WriteOptions fresh(ApiRequest request, WriteOptions options) {
        options.warnings().clear();
        options.warnings().addAll(request.type().strategy().notices());
        return options;
    }

    private void answer(ApiRequest request, View view, WriteOptions options, int code, Stored written)
            throws IOException {
        var bytes = view.object(request.type(), written, admission.now());
        Answers.send(request.exchange(), code, view.form(), bytes, options.warnings());
    }
}
