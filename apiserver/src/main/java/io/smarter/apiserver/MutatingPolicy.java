package io.smarter.apiserver;

import io.smarter.cel.CelExpression;
import io.smarter.json.Json;
import io.smarter.patch.ApplyMerge;
import io.smarter.patch.Patches;
import java.util.ArrayList;
import java.util.List;

/**
 * A MutatingAdmissionPolicy, read. Immutable.
 *
 * @param of what it has in common with policies that refuse
 * @param again whether it wants to be asked again when others have changed the object since
 */
record MutatingPolicy(Policy of, List<Change> changes, boolean again) {
    /** One of its mutations. */
    record Change(boolean applies, CelExpression expression) {}

    static MutatingPolicy of(Json.Obj object) {
        var spec = object.object("spec");
        var changes = new ArrayList<Change>();
        for (var one : spec.items("mutations")) {
            boolean applies = one.textOrEmpty("patchType").equals("ApplyConfiguration");
            var text = one.textOrEmpty(applies ? "applyConfiguration" : "jsonPatch", "expression");
            changes.add(new Change(applies, new CelExpression(text)));
        }
        return new MutatingPolicy(
                Policy.of(object),
                List.copyOf(changes),
                spec.textOrEmpty("reinvocationPolicy").equals("IfNeeded"));
    }

    /** It cannot change an object, and the request fails because of that. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String why) {
            super(why);
        }
    }

    /** The request as it wants it to be, one mutation after the other; as it was when it is not concerned. */
    AdmissionRequest mutated(AdmissionRequest request, Json params, AdmissionSources sources) throws Failed {
        var asking = seen(new AdmissionScope(request, sources), params);
        switch (of.conditions().hold(asking)) {
            case AdmissionConditions.Outcome.Decided(var holds) -> {
                if (!holds) return request;
            }
            case AdmissionConditions.Outcome.Failed(var why) -> throw new Failed(why);
        }
        var now = request;
        for (var change : changes) {
            var object = now.object();
            if (object == null) return request;
            var scope = seen(new AdmissionScope(now, sources), params).with(of.variables());
            var result = scope.data(change.expression);
            if (!(result.value() instanceof Json made)) throw new Failed(result.error());
            now = now.with(
                    Webhooks.read(now, change.applies ? applied(now, object, made) : patched(now, object, made)));
        }
        return now;
    }

    private AdmissionScope seen(AdmissionScope scope, Json params) {
        return of.paramVersion().isEmpty() ? scope : scope.withParams(params);
    }

    private static Json.Obj patched(AdmissionRequest request, Json.Obj object, Json patch) throws Failed {
        return switch (Patches.json(request.kind(), object, patch)) {
            case Patches.Outcome.Patched(var patched) -> patched;
            case Patches.Outcome.Rejected rejected -> throw new Failed("JSON Patch: " + rejected.why());
        };
    }

    /** Merged as server-side apply merges, but without owners. */
    private static Json.Obj applied(AdmissionRequest request, Json.Obj object, Json made) throws Failed {
        if (!(made instanceof Json.Obj wanted)) throw new Failed("ApplyConfiguration: must evaluate to an Object");
        try {
            return ApplyMerge.merged(request.kind(), object, wanted);
        } catch (ApplyMerge.Unfit e) {
            throw new Failed("ApplyConfiguration: " + e.getMessage());
        }
    }
}
