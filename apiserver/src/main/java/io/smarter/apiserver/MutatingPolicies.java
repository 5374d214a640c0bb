package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.api.StatusException;
import java.util.LinkedHashSet;
import java.util.List;

/** Lets policies change one request, in Kubernetes' order and words. */
final class MutatingPolicies {
    private final AdmissionSources sources;

    MutatingPolicies(AdmissionSources sources) {
        this.sources = sources;
    }

    /** A policy with all that puts it in force. */
    record Bound(MutatingPolicy policy, List<PolicyBinding> bindings) {}

    /** The request as policies want it to be; those that wish so are asked once more when later ones changed something. */
    AdmissionRequest mutated(List<Bound> policies, AdmissionRequest request) {
        var called = new LinkedHashSet<Bound>();
        var again = new LinkedHashSet<Bound>();
        var now = request;
        for (var bound : policies) {
            var next = mutated(bound, now);
            if (!next.equals(now)) {
                again.addAll(called);
                called.clear();
            }
            if (bound.policy.again()) called.add(bound);
            now = next;
        }
        for (var bound : again) now = mutated(bound, now);
        return now;
    }

    /** Those that wish so, once more, after others than policies have changed the request. */
    AdmissionRequest again(List<Bound> policies, AdmissionRequest request) {
        var now = request;
        for (var bound : policies) if (bound.policy.again()) now = mutated(bound, now);
        return now;
    }

    private AdmissionRequest mutated(Bound bound, AdmissionRequest request) {
        var policy = bound.policy.of();
        var now = request;
        for (var binding : bound.bindings) {
            var matched = policy.match().match(now, sources);
            if (matched == null || matched.object() == null || binding.match().match(now, sources) == null) continue;
            try {
                for (var params : binding.params(policy.paramVersion(), policy.paramKind(), matched, sources))
                    matched = bound.policy.mutated(matched, params, sources);
                now = matched.in(request.type());
            } catch (PolicyBinding.Unconfigured e) {
                if (policy.fails())
                    throw refused(request, policy, binding, "failed to configure binding: " + e.getMessage());
            } catch (MutatingPolicy.Failed e) {
                if (policy.fails()) throw refused(request, policy, binding, String.valueOf(e.getMessage()));
            }
        }
        return now;
    }

    private static StatusException refused(AdmissionRequest request, Policy policy, PolicyBinding binding, String why) {
        var message = "policy '%s' with binding '%s' denied request: %s".formatted(policy.name(), binding.name(), why);
        var forbidden = Status.forbidden(request.of().type().resource(), request.name(), message);
        return new Status(403, "Forbidden", message, forbidden.details())
                .withCause("", message, "")
                .error();
    }
}
