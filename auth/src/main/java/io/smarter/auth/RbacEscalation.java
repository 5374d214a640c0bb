package io.smarter.auth;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.ApiRequest;
import java.util.List;
import java.util.TreeSet;

/**
 * Nobody grants more than they hold themselves, unless they may {@code escalate} roles or {@code bind} to them (Kubernetes
 * "Privilege escalation prevention and bootstrapping"). Safe for use by many threads.
 */
final class RbacEscalation {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final Authorization authorization;

    RbacEscalation(Authorization authorization) {
        this.authorization = authorization;
    }

    /** Refuses to write a role or binding; {@code old} is empty when it is made. */
    void check(ApiRequest request, Json.Obj sent, Json.Obj old) {
        var resource = request.type().resource();
        if (!resource.group().equals(GROUP) || request.user().administrator() || onlyReleases(sent, old)) return;
        var namespace = request.namespace();
        var name = sent.textOrEmpty("metadata", "name");
        if (resource.plural().endsWith("bindings")) {
            checkBinding(request, sent, name);
            return;
        }
        if (may(request.user(), "escalate", new RequestPath(GROUP, "v1", namespace, resource.plural(), name, "")))
            return;
        confirm(request, name, RbacRule.all(sent));
        if (!sent.has("aggregationRule")) return;
        var held = authorization.rules(request.user(), "");
        if (!RbacRule.missing(held, List.of(RbacRule.EVERYTHING, RbacRule.EVERY_PATH))
                .isEmpty())
            throw Status.forbidden(resource, name, "must have cluster-admin privileges to use the aggregationRule")
                    .error();
    }

    private void checkBinding(ApiRequest request, Json.Obj sent, String name) {
        var kind = sent.textOrEmpty("roleRef", "kind");
        var role = sent.textOrEmpty("roleRef", "name");
        if (!kind.equals("Role") && !kind.equals("ClusterRole")) return; // refused by the binding's own checks
        var plural = kind.equals("Role") ? "roles" : "clusterroles";
        if (may(request.user(), "bind", new RequestPath(GROUP, "*", request.namespace(), plural, role, ""))) return;
        var rules = authorization.rulesOf(request.namespace(), kind, role);
        if (rules == null)
            throw Status.notFound(new Resource(GROUP, "v1", plural, kind, kind.equals("Role")), role)
                    .error();
        confirm(request, name, rules);
    }

    private boolean may(User user, String verb, RequestPath target) {
        return authorization.decide(Attributes.of(user, verb, target)).allowed();
    }

    private void confirm(ApiRequest request, String name, List<RbacRule> granted) {
        var user = request.user();
        var missing = RbacRule.missing(authorization.rules(user, request.namespace()), granted);
        if (missing.isEmpty()) return;
        var lines = new TreeSet<String>();
        for (var rule : RbacRule.compact(missing)) lines.add(rule.text());
        throw Status.forbidden(
                        request.type().resource(),
                        name,
                        "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
                                .formatted(user.name(), RbacRule.quoted(user.groups()), String.join("\n", lines)))
                .error();
    }

    /** The garbage collector may let go of an object whose rules it does not hold. */
    private static boolean onlyReleases(Json.Obj sent, Json.Obj old) {
        return !old.members().isEmpty() && SchemaValues.same(bare(sent), bare(old));
    }

    private static Json.Obj bare(Json.Obj object) {
        var bare = object.with("apiVersion", Json.of(GROUP + "/v1")).without("kind");
        for (var member : List.of("ownerReferences", "finalizers", "managedFields", "resourceVersion"))
            bare = bare.withoutAt("metadata", member);
        return bare;
    }
}
