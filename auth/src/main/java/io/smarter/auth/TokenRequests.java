package io.smarter.auth;

import io.smarter.api.ObjectMeta;
import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.ValidationReport;
import io.smarter.storage.ApiRequest;
import io.smarter.validation.ValidationToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers {@code serviceaccounts/token}: a token for an account (authentication.k8s.io TokenRequest). Stateless. */
public final class TokenRequests {
    /** How long the tokens hold that pods get without asking: programs of old read them once. */
    private static final Duration EXTENDED = Duration.ofDays(365);

    private final AccountTokens tokens;
    private final SchemaKind kind;

    public TokenRequests(AccountTokens tokens, SchemaKind kind) {
        this.tokens = tokens;
        this.kind = kind;
    }

    public void handle(ApiRequest request, Json.Obj account) throws IOException {
        var sent = Body.ofObject(request.exchange(), kind).object();
        long seconds = sent.number(ValidationToken.DEFAULT_SECONDS, "spec", "expirationSeconds");
        check(request, sent, seconds);
        var reference = sent.object("spec", "boundObjectRef");
        var asked = reference.members().isEmpty() ? Json.Obj.EMPTY : bound(request, reference);
        if (!request.user().administrator())
            request.user().node().ifPresent(node -> checkNode(request, node, sent, asked));
        var audiences = audiences(sent);
        var expires = tokens.now().plusSeconds(seconds);
        var holds = expires;
        var bound = asked;
        if (seconds == PodTokenVolume.SECONDS
                && bound.has("pod")
                && tokens.ownAudiences().containsAll(audiences)) {
            holds = tokens.now().plus(EXTENDED);
            bound = bound.with("warnafter", Json.of(expires.getEpochSecond()));
        }
        var spec = Json.obj(
                "audiences",
                audiences,
                "expirationSeconds",
                seconds,
                "boundObjectRef",
                reference.members().isEmpty() ? null : reference);
        var status = Json.obj(
                "token",
                tokens.issue(account, audiences, holds, bound),
                "expirationTimestamp",
                ObjectMeta.time(expires));
        var metadata = Json.obj(
                "name",
                request.name(),
                "namespace",
                request.namespace(),
                "creationTimestamp",
                ObjectMeta.time(tokens.now()));
        var answer = Json.obj(
                "kind",
                kind.kind(),
                "apiVersion",
                kind.apiVersion(),
                "metadata",
                metadata,
                "spec",
                spec,
                "status",
                status);
        Answers.send(request.exchange(), 201, kind, answer);
    }

    private List<String> audiences(Json.Obj sent) {
        var audiences = new ArrayList<String>();
        for (var audience : sent.items("spec", "audiences"))
            if (audience instanceof Json.Str(var text)) audiences.add(text);
        return audiences.isEmpty() ? tokens.ownAudiences() : audiences;
    }

    private void check(ApiRequest request, Json.Obj sent, long seconds) {
        var report = new ValidationReport();
        var name = sent.textOrEmpty("metadata", "name");
        if (!name.isEmpty() && !name.equals(request.name()))
            report.invalid("metadata.name", name, "must match the service account name if specified");
        var namespace = sent.textOrEmpty("metadata", "namespace");
        if (!namespace.isEmpty() && !namespace.equals(request.namespace()))
            report.invalid("metadata.namespace", namespace, "must match the service account namespace if specified");
        if (!ValidationToken.problem(seconds).isEmpty())
            report.invalid("spec.expirationSeconds", seconds, ValidationToken.problem(seconds));
        if (!report.errors().isEmpty())
            throw kind.invalid(name, report.errors()).error();
    }

    /** What the token is to be bound to, as it names it. */
    private Json.Obj bound(ApiRequest request, Json.Obj reference) {
        var named = reference.textOrEmpty("kind");
        var version = reference.textOrEmpty("apiVersion");
        var resource = switch (version + " " + named) {
            case "v1 Pod" -> Resource.PODS;
            case "v1 Secret" -> Resource.SECRETS;
            case "v1 Node" -> Resource.NODES;
            default ->
                throw Status.badRequest("cannot bind token to object of type %s, Kind=%s".formatted(version, named))
                        .error();
        };
        var name = reference.textOrEmpty("name");
        var object = tokens.find(resource, resource.namespaced() ? request.namespace() : "", name);
        if (object == null) throw Status.notFound(resource, name).error();
        if (named.equals("Pod")
                && !object.textOrEmpty("spec", "serviceAccountName").equals(request.name()))
            throw Status.badRequest(
                            "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                                    .formatted(request.name()))
                    .error();
        var uid = reference.textOrEmpty("uid");
        if (!uid.isEmpty() && !uid.equals(object.textOrEmpty("metadata", "uid")))
            throw Status.conflict(
                            new Resource("", "v1", named, named, true),
                            name,
                            ("the UID in the bound object reference (%s) does not match the UID in record. The object "
                                            + "might have been deleted and then recreated")
                                    .formatted(uid))
                    .error();
        var bound = Json.obj(named.toLowerCase(Locale.ROOT), AccountTokens.reference(object));
        var node = object.textOrEmpty("spec", "nodeName");
        if (!named.equals("Pod") || node.isEmpty()) return bound;
        var of = tokens.find(Resource.NODES, "", node);
        return bound.with("node", of == null ? Json.obj("name", node) : AccountTokens.reference(of));
    }

    /** A node gets tokens only for its own pods, and for the audiences that they name (Kubernetes "NodeRestriction"). */
    private void checkNode(ApiRequest request, String node, Json.Obj sent, Json.Obj bound) {
        if (!bound.has("pod")) throw refused(request, "node requested token not bound to a pod");
        var reference = sent.object("spec", "boundObjectRef");
        if (reference.textOrEmpty("uid").isEmpty())
            throw refused(request, "node requested token with a pod binding without a uid");
        if (!bound.textOrEmpty("node", "name").equals(node))
            throw refused(request, "node requested token bound to a pod scheduled on a different node");
        var audiences = sent.items("spec", "audiences");
        if (audiences.size() > 1) throw refused(request, "node may only request 0 or 1 audiences");
        var audience = audiences.isEmpty() ? "" : audiences.getFirst() instanceof Json.Str(var text) ? text : "";
        var pod = tokens.find(Resource.PODS, request.namespace(), reference.textOrEmpty("name"));
        if (pod == null || !names(pod, audience))
            throw refused(request, "audience \"%s\" not found in pod spec volume".formatted(audience));
    }

    private static boolean names(Json.Obj pod, String audience) {
        return pod.items("spec", "volumes").stream()
                .flatMap(volume -> volume.items("projected", "sources").stream())
                .map(source -> source.at("serviceAccountToken"))
                .anyMatch(
                        token -> token != null && token.textOrEmpty("audience").equals(audience));
    }

    private static StatusException refused(ApiRequest request, String why) {
        return Status.forbidden(request.type().resource(), request.name(), why).error();
    }
}
