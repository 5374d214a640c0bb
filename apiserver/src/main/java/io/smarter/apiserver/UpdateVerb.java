package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import java.io.IOException;
import java.util.List;

/** Replaces objects, or the part of them that a subresource stands for. */
final class UpdateVerb {
    private final Admission admission;
    private final Changes changes;

    UpdateVerb(Admission admission, Changes changes) {
        this.admission = admission;
        this.changes = changes;
    }

    void handle(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var options = WriteOptions.of(request);
        var sent = admission.decoded(
                request.type(), Body.ofObject(request.exchange(), request.type().kind()), options);
        checkPlace(request, sent);
        var written = changes.change(request, options.dryRun(), old -> {
            checkRevision(request, sent);
            checkBase(request, sent, old.tree());
            admission.authorization().checkContent(request, sent, old.tree());
            return Stored.versioned(admission.updated(request.type(), sent, old.tree(), options), old.revision());
        });
        var bytes = view.object(request.type(), written, admission.now());
        Answers.send(request.exchange(), 200, view.form(), bytes, options.warnings());
    }

    static void checkPlace(ApiRequest request, Json.Obj sent) {
        var name = sent.textOrEmpty("metadata", "name");
        if (name.isEmpty())
            throw Status.badRequest("the name of the object must be specified, it is \"%s\" in the URL"
                            .formatted(request.name()))
                    .error();
        if (!name.equals(request.name()))
            throw Status.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, request.name()))
                    .error();
        var namespace = sent.textOrEmpty("metadata", "namespace");
        if (!namespace.isEmpty() && !namespace.equals(request.namespace()))
            throw Status.badRequest("the namespace of the object (%s) does not match the namespace on the URL (%s)"
                            .formatted(namespace, request.namespace()))
                    .error();
    }

    private static void checkRevision(ApiRequest request, Json.Obj sent) {
        var revision = sent.textOrEmpty("metadata", "resourceVersion");
        if (request.type().strategy().replacesBlindly() || !revision.isEmpty() && !revision.equals("0")) return;
        var resource = request.type().resource();
        var error = FieldError.invalid("metadata.resourceVersion", 0, "must be specified for an update");
        throw Status.invalid(resource.group(), resource.plural(), request.name(), List.of(error))
                .error();
    }

    /** Refuses a write that was made for another state, or another object of the same name. */
    static void checkBase(ApiRequest request, Json.Obj sent, Json.Obj old) {
        var uid = sent.textOrEmpty("metadata", "uid");
        var present = old.textOrEmpty("metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(present))
            throw Status.conflict(
                            request.type().resource(),
                            request.name(),
                            "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                                    .formatted(uid, present))
                    .error();
        var revision = sent.textOrEmpty("metadata", "resourceVersion");
        if (revision.isEmpty() || revision.equals("0")) return;
        if (!revision.equals(old.textOrEmpty("metadata", "resourceVersion")))
            throw Status.modified(request.type().resource(), request.name()).error();
    }
}
