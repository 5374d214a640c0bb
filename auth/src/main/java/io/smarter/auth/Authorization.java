package io.smarter.auth;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Registry;
import io.smarter.storage.WatchHub;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: system:masters everything, a node what its own pods need, and everybody what roles allow. Safe for use
 * by many threads.
 */
public final class Authorization {
    private static final long CATCH_UP_MILLIS = 1000;

    private final Registry registry;
    private final WatchHub hub;
    private final RbacIndex index;
    private final NodeAuthorizer nodes;
    private final RbacEscalation escalation = new RbacEscalation(this);
    private final CertificatePolicy certificates = new CertificatePolicy(this);

    /** @param reason why; empty when there is nothing to say */
    public record Decision(boolean allowed, String reason) {}

    public Authorization(Registry registry, WatchHub hub, RbacIndex index, NodeAuthorizer nodes) {
        this.registry = registry;
        this.hub = hub;
        this.index = index;
        this.nodes = nodes;
    }

    /** Refuses what the one who asks may not do. */
    public void check(Attributes asked) {
        var decision = decide(asked);
        if (!decision.allowed()) throw forbidden(asked, decision.reason()).error();
    }

    public Decision decide(Attributes asked) {
        var user = asked.user();
        if (user.administrator()) return new Decision(true, "");
        var node = user.node();
        var target = asked.target();
        if (node.isPresent() && target != null && nodes.allows(asked, target, node.get()))
            return new Decision(true, "");
        long told = hub.revision();
        var decision = index.decide(asked);
        if (!decision.allowed() && told < registry.store().revision()) {
            catchUp();
            decision = index.decide(asked);
        }
        if (decision.allowed() || node.isEmpty() || target == null) return decision;
        return new Decision(false, "no relationship found between node '%s' and this object".formatted(node.get()));
    }

    /** The index may be a moment behind the store: before it says no, it catches up. */
    private void catchUp() {
        hub.awaitTold(registry.store().revision(), CATCH_UP_MILLIS);
    }

    /** Everything that roles allow a user in a namespace, or in the whole cluster if it is empty. */
    List<RbacRule> rules(User user, String namespace) {
        if (user.administrator()) return List.of(RbacRule.EVERYTHING, RbacRule.EVERY_PATH);
        catchUp();
        return index.rules(user, namespace);
    }

    /** The rules of the role that a binding refers to; null when there is no such role. */
    @Nullable
    List<RbacRule> rulesOf(String namespace, String kind, String name) {
        catchUp();
        return index.rules(namespace, kind, name);
    }

    /**
     * Refuses what somebody may not make or write, an object or a part of it, seen from what they sent; {@code old} is empty
     * when it is made.
     */
    public void checkContent(ApiRequest request, Json.Obj sent, Json.Obj old) {
        certificates.check(request, sent, old);
        if (request.user().administrator()) return;
        request.user().node().ifPresent(node -> NodeRestriction.check(request, node, nodes::uid, sent, old));
        if (!request.subresource().isEmpty()) return;
        escalation.check(request, sent, old);
    }

    private static Status forbidden(Attributes asked, String reason) {
        var why = reason.isEmpty() ? "" : ": " + reason;
        var user = asked.user().name();
        var target = asked.target();
        if (target == null)
            return Status.of(
                    403,
                    "Forbidden",
                    "forbidden: User \"%s\" cannot %s path \"%s\"%s".formatted(user, asked.verb(), asked.path(), why));
        var place = target.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + target.namespace() + "\"";
        return Status.forbidden(
                new Resource(target.group(), target.version(), target.plural(), "", true),
                target.name(),
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                        .formatted(user, asked.verb(), Attributes.resource(target), target.group(), place, why));
    }
}
