package io.smarter.apiserver;

import io.smarter.http.Query;
import io.smarter.json.Json;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import io.smarter.tunnel.WebhookClient;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where writes and connections pass those who are configured to look at them. Safe for use by many threads. */
final class AdmissionGate {
    private final AdmissionHooks hooks;
    private final AdmissionSources sources;
    private final MutatingPolicies policies;
    private final Supplier<WebhookClient> client;
    private volatile @Nullable Webhooks webhooks;

    /** @param client makes what asks webhooks, when there is one */
    AdmissionGate(AdmissionHooks hooks, AdmissionSources sources, Supplier<WebhookClient> client) {
        this.hooks = hooks;
        this.sources = sources;
        this.policies = new MutatingPolicies(sources);
        this.client = client;
    }

    /** Whether nobody looks at writes of a type. */
    boolean isOpen(ApiType type) {
        return hooks.of(type) == null;
    }

    /** What an object that is made, or replaces another, comes to be. */
    Json.Obj mutated(WriteOptions options, Json.Obj object, Json.@Nullable Obj old) {
        var mutated = mutated(written(options, object, old), options.warnings()).object();
        return mutated == null ? object : mutated;
    }

    /** Refuses an object that is not to be made, or not to replace another. */
    void check(WriteOptions options, Json.Obj object, Json.@Nullable Obj old) {
        check(written(options, object, old), options.warnings());
    }

    private AdmissionRequest mutated(AdmissionRequest request, List<String> warnings) {
        var now = hooks.of(request.type());
        if (now == null) return request;
        var changed = now.changing().isEmpty() ? request : policies.mutated(now.changing(), request);
        if (now.mutating().isEmpty()) return changed;
        var mutated = webhooks().mutated(now.mutating(), changed, warnings);
        return now.changing().isEmpty() || mutated.equals(changed) ? mutated : policies.again(now.changing(), mutated);
    }

    private void check(AdmissionRequest request, List<String> warnings) {
        var now = hooks.of(request.type());
        if (now == null) return;
        if (!now.policies().isEmpty()) Policies.check(now.policies(), request, sources, warnings);
        if (!now.validating().isEmpty()) webhooks().check(now.validating(), request, warnings);
    }

    private Webhooks webhooks() {
        var known = webhooks;
        if (known == null) {
            known = new Webhooks(sources, client.get());
            webhooks = known;
        }
        return known;
    }

    private static AdmissionRequest written(WriteOptions options, Json.Obj object, Json.@Nullable Obj old) {
        var name = object.textOrEmpty("metadata", "name");
        return AdmissionRequest.of(
                options.request(), old == null ? "CREATE" : "UPDATE", name, object, old, options(options, old));
    }

    private static AdmissionRequest.Options options(WriteOptions options, Json.@Nullable Obj old) {
        var kind = switch (options.request().verb()) {
            case "patch" -> "PatchOptions";
            case "update" -> "UpdateOptions";
            default -> "CreateOptions";
        };
        var manager = options.request().query().first("fieldManager", "");
        return AdmissionRequest.Options.of(
                old == null && kind.equals("UpdateOptions") ? "CreateOptions" : kind,
                options.dryRun(),
                Json.obj("fieldManager", manager.isEmpty() ? null : manager, "fieldValidation", options.strictness()));
    }

    /** What an object comes to be that is sent to a subresource with a kind of its own; refuses what is not to be. */
    Json.Obj below(WriteOptions options, SchemaKind kind, Json.Obj object, Json.@Nullable Obj old) {
        var request = options.request();
        if (isOpen(request.type())) return object;
        var asked = AdmissionRequest.of(
                request, kind, old == null ? "CREATE" : "UPDATE", request.name(), object, old, options(options, old));
        var mutated = mutated(asked, options.warnings());
        check(mutated, options.warnings());
        return mutated.object() == null ? object : mutated.object();
    }

    /** Refuses to delete an object that is to stay. */
    void checkDelete(ApiRequest request, DeleteOptions how, Json.Obj old, List<String> warnings) {
        if (isOpen(request.type())) return;
        var metadata = old.object("metadata");
        var one = new ApiRequest(
                request.exchange(),
                request.user(),
                request.verb(),
                request.type(),
                metadata.textOrEmpty("namespace"),
                metadata.textOrEmpty("name"),
                "");
        var options = AdmissionRequest.Options.of(
                "DeleteOptions",
                how.dryRun(),
                Json.obj(
                        "gracePeriodSeconds",
                        how.grace(),
                        "propagationPolicy",
                        how.propagation().isEmpty() ? null : how.propagation()));
        var asked = AdmissionRequest.of(one, "DELETE", one.name(), null, old, options);
        check(mutated(asked, warnings), warnings);
    }

    /** Refuses a connection that is not to be made. */
    void checkConnect(ApiRequest request) {
        var below = request.type().subresource(request.subresource());
        if (below == null || isOpen(request.type()) || request.subresource().equals("log")) return;
        var kind = SchemaKind.untyped(below.group(), below.version(), below.kind());
        var asked = AdmissionRequest.of(
                request,
                kind,
                "CONNECT",
                request.name(),
                options(kind, request.query()),
                null,
                new AdmissionRequest.Options(false, Json.Obj.EMPTY));
        var warnings = new ArrayList<String>();
        check(mutated(asked, warnings), warnings);
    }

    /** What a URL says about a connection, as the object that Kubernetes makes of it. */
    private static Json.Obj options(SchemaKind kind, Query query) {
        var options = Json.obj("kind", kind.kind(), "apiVersion", kind.apiVersion());
        for (var flag : List.of("stdin", "stdout", "stderr", "tty"))
            if (query.has(flag)) options = options.with(flag, Json.of(query.flag(flag)));
        for (var text : List.of("container", "path"))
            if (query.has(text)) options = options.with(text, Json.of(query.first(text, "")));
        if (query.has("command")) options = options.with("command", Json.arr(query.all("command")));
        if (query.has("ports")) options = options.with("ports", Json.arr(query.all("ports")));
        return options;
    }
}
