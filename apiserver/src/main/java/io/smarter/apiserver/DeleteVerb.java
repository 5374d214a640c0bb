package io.smarter.apiserver;

import io.smarter.api.Resource;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Lists;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import io.smarter.storage.WatchHub;
import io.smarter.types.PriorityClassStrategy;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;

/** Deletes one object, or all that a selection chooses. */
final class DeleteVerb {
    private final Deletions deletions;
    private final Lists lists;
    private final SchemaKind optionsKind;
    private final AdmissionGate gate;
    private final WatchHub hub;
    private final Clock clock;

    /** @param optionsKind that of DeleteOptions */
    DeleteVerb(
            Deletions deletions, Lists lists, SchemaKind optionsKind, AdmissionGate gate, WatchHub hub, Clock clock) {
        this.optionsKind = optionsKind;
        this.gate = gate;
        this.hub = hub;
        this.deletions = deletions;
        this.lists = lists;
        this.clock = clock;
    }

    void one(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var options = DeleteOptions.of(request.exchange(), optionsKind);
        var type = request.type();
        Namespaces.admitDelete(type.resource(), request.name());
        PriorityClassStrategy.admitDelete(type.resource(), request.name());
        var now = clock.instant();
        var warnings = new ArrayList<String>();
        var result = deletions.delete(
                type,
                request.namespace(),
                request.name(),
                options,
                now,
                old -> gate.checkDelete(request, options, old, warnings));
        if (AdmissionHooks.configures(type)) hub.awaitTold(result.state().revision(), Changes.IN_FORCE_MILLIS);
        if (!result.removed() || type.resource().equals(Resource.PODS))
            Answers.send(request.exchange(), 200, view.form(), view.object(type, result.state(), now), warnings);
        else Answers.status(request.exchange(), 200, success(request, result.state()));
    }

    /** Deletes as much as it can; what somebody else deleted meanwhile is no failure. */
    void collection(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var options = DeleteOptions.of(request.exchange(), optionsKind);
        var type = request.type();
        int limit = Math.clamp(ReadVerbs.number(request.query(), "limit"), 0, Integer.MAX_VALUE);
        var range = new Lists.Range(0, null, limit);
        var chosen = lists.part(type, request.namespace(), request.selection(), range);
        var now = clock.instant();
        var deleted = new ArrayList<Stored>();
        var warnings = new ArrayList<String>();
        for (var object : chosen.objects()) {
            var metadata = object.tree().object("metadata");
            PriorityClassStrategy.admitDelete(type.resource(), metadata.textOrEmpty("name"));
            try {
                deleted.add(deletions
                        .delete(
                                type,
                                metadata.textOrEmpty("namespace"),
                                metadata.textOrEmpty("name"),
                                options,
                                now,
                                old -> gate.checkDelete(request, options, old, warnings))
                        .state());
            } catch (StatusException e) {
                if (e.status().code() != 404) throw e;
            }
        }
        var metadata = Json.obj("resourceVersion", Long.toString(chosen.revision()));
        Answers.send(request.exchange(), 200, view.form(), view.list(type, deleted, metadata, now), warnings);
    }

    private static Json.Obj success(ApiRequest request, Stored gone) {
        var resource = request.type().resource();
        return Json.obj(
                "kind", "Status",
                "apiVersion", "v1",
                "metadata", Json.Obj.EMPTY,
                "status", "Success",
                "details",
                        Json.obj(
                                "name", request.name(),
                                "group", resource.group().isEmpty() ? null : resource.group(),
                                "kind", resource.plural(),
                                "uid", gone.tree().text("metadata", "uid")));
    }
}
