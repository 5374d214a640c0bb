package io.smarter.apiserver;

import static java.lang.System.Logger.Level.INFO;

import io.smarter.api.Status;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks policies about one request and says what comes of it, in Kubernetes' words. Used by one thread. */
final class Policies {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final Map<String, Integer> CODES =
            Map.of("Unauthorized", 401, "Forbidden", 403, "RequestEntityTooLarge", 413);

    private final AdmissionRequest request;
    private final AdmissionSources sources;
    private final List<String> warnings;
    private @Nullable Status refusal;

    private Policies(AdmissionRequest request, AdmissionSources sources, List<String> warnings) {
        this.request = request;
        this.sources = sources;
        this.warnings = warnings;
    }

    /** A policy with all that puts it in force. */
    record Bound(Policy policy, List<PolicyBinding> bindings) {}

    /** Refuses what a policy denies, and warns of what it warns of. */
    static void check(List<Bound> policies, AdmissionRequest request, AdmissionSources sources, List<String> warnings) {
        var asking = new Policies(request, sources, warnings);
        for (var bound : policies) asking.ask(bound);
        if (asking.refusal != null) throw asking.refusal.error();
    }

    private void ask(Bound bound) {
        var policy = bound.policy;
        var matched = policy.match().match(request, sources);
        if (matched == null) return;
        for (var binding : bound.bindings) {
            if (binding.match().match(request, sources) == null) continue;
            try {
                for (var params : binding.params(policy.paramVersion(), policy.paramKind(), matched, sources))
                    for (var denial : policy.denials(new AdmissionScope(matched, sources), params))
                        act(policy, binding, denial);
            } catch (PolicyBinding.Unconfigured e) {
                if (policy.fails())
                    deny(
                            policy,
                            binding,
                            new Policy.Denial("Invalid", "failed to configure binding: " + e.getMessage()));
            }
        }
    }

    private void act(Policy policy, PolicyBinding binding, Policy.Denial denial) {
        if (binding.does("Deny")) deny(policy, binding, denial);
        if (binding.does("Warn"))
            warnings.add("Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                    .formatted(policy.name(), binding.name(), denial.message()));
        if (binding.does("Audit"))
            LOG.log(
                    INFO,
                    "policy not kept {policy=%s, binding=%s, resource=%s, namespace=%s, name=%s}: %s"
                            .formatted(
                                    policy.name(),
                                    binding.name(),
                                    request.type().resource().plural(),
                                    request.namespace(),
                                    request.name(),
                                    denial.message()));
    }

    /** The first to deny is the one that is told of. */
    private void deny(Policy policy, PolicyBinding binding, Policy.Denial denial) {
        if (refusal != null) return;
        var message = "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s"
                .formatted(policy.name(), binding.name(), denial.message());
        var forbidden = Status.forbidden(request.of().type().resource(), request.name(), message);
        var causes = new ArrayList<Json>(List.of(Json.obj("message", message)));
        refusal = new Status(
                CODES.getOrDefault(denial.reason(), 422),
                denial.reason(),
                forbidden.message(),
                forbidden.details().with("causes", new Json.Arr(causes)));
    }
}
