package io.smarter.apiserver;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.types.ApiType;
import java.util.List;

/**
 * What puts a policy in force, where, with which parameters and to which effect (ValidatingAdmissionPolicyBinding).
 * Immutable.
 *
 * @param params the reference to the parameters; empty when there is none
 * @param actions {@code Deny}, {@code Warn}, {@code Audit}
 */
record PolicyBinding(String name, String policy, AdmissionMatch match, Json.Obj params, List<Json> actions) {
    static PolicyBinding of(Json.Obj object) {
        var spec = object.object("spec");
        return new PolicyBinding(
                object.textOrEmpty("metadata", "name"),
                spec.textOrEmpty("policyName"),
                AdmissionMatch.of(spec.object("matchResources"), "resourceRules"),
                spec.object("paramRef"),
                spec.items("validationActions"));
    }

    boolean does(String action) {
        return actions.contains(Json.of(action));
    }

    /** It cannot be told with which parameters the policy is to be asked. */
    static final class Unconfigured extends Exception {
        private static final long serialVersionUID = 1L;

        Unconfigured(String why) {
            super(why);
        }
    }

    /** The parameters with each of which the policy is to be asked about a request; null for none at all. */
    List<Json> params(String version, String kind, AdmissionRequest request, AdmissionSources sources)
            throws Unconfigured {
        if (version.isEmpty() || params.members().isEmpty()) return List.of(Json.Null.NULL);
        var type = sources.typeOf(version, kind);
        if (type == null)
            throw new Unconfigured(
                    "failed to find resource referenced by paramKind: '%s, Kind=%s'".formatted(version, kind));
        var namespace = namespace(type, request);
        var name = params.textOrEmpty("name");
        List<? extends Json> found = name.isEmpty()
                ? sources.objects(type, namespace, selector())
                : sources.object(type, namespace, name).stream().toList();
        if (found.isEmpty() && !params.textOrEmpty("parameterNotFoundAction").equals("Allow"))
            throw new Unconfigured("no params found for policy binding with `Deny` parameterNotFoundAction");
        return List.copyOf(found);
    }

    private String namespace(ApiType type, AdmissionRequest request) throws Unconfigured {
        var stated = params.textOrEmpty("namespace");
        if (!type.resource().namespaced()) {
            if (stated.isEmpty()) return "";
            throw new Unconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        }
        var namespace = stated.isEmpty() ? request.namespace() : stated;
        if (namespace.isEmpty())
            throw new Unconfigured(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        return namespace;
    }

    private LabelSelector selector() throws Unconfigured {
        try {
            return LabelSelector.of(params.object("selector"));
        } catch (SelectorException e) {
            throw new Unconfigured(String.valueOf(e.getMessage()));
        }
    }
}
