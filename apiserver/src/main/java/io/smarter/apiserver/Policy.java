package io.smarter.apiserver;

import io.smarter.cel.CelExpression;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ValidatingAdmissionPolicy, read. Immutable.
 *
 * @param fails whether an expression that cannot be evaluated refuses the request
 * @param paramVersion of the kind of its parameters; empty when it has none
 */
record Policy(
        String name,
        AdmissionMatch match,
        AdmissionConditions conditions,
        boolean fails,
        String paramVersion,
        String paramKind,
        List<AdmissionScope.Variable> variables,
        List<Check> checks,
        List<CelExpression> annotations) {
    private static final int MAX_MESSAGE = 5 << 10;

    /** One of its validations. */
    record Check(
            CelExpression expression,
            String message,
            @Nullable CelExpression computed,
            String reason) {}

    /** Why a request is not to pass. */
    record Denial(String reason, String message) {}

    static Policy of(Json.Obj object) {
        var spec = object.object("spec");
        var checks = new ArrayList<Check>();
        for (var one : spec.items("validations")) checks.add(check(one));
        var annotations = new ArrayList<CelExpression>();
        for (var one : spec.items("auditAnnotations"))
            annotations.add(new CelExpression(one.textOrEmpty("valueExpression")));
        return new Policy(
                object.textOrEmpty("metadata", "name"),
                AdmissionMatch.of(spec.object("matchConstraints"), "resourceRules"),
                AdmissionConditions.of(spec),
                !spec.textOrEmpty("failurePolicy").equals("Ignore"),
                spec.textOrEmpty("paramKind", "apiVersion"),
                spec.textOrEmpty("paramKind", "kind"),
                variables(spec),
                List.copyOf(checks),
                List.copyOf(annotations));
    }

    static List<AdmissionScope.Variable> variables(Json spec) {
        var variables = new ArrayList<AdmissionScope.Variable>();
        for (var one : spec.items("variables"))
            variables.add(new AdmissionScope.Variable(
                    one.textOrEmpty("name"), new CelExpression(one.textOrEmpty("expression"))));
        return List.copyOf(variables);
    }

    private static Check check(Json one) {
        var computed = one.textOrEmpty("messageExpression");
        var reason = one.textOrEmpty("reason");
        return new Check(
                new CelExpression(one.textOrEmpty("expression")),
                one.textOrEmpty("message").strip(),
                computed.isEmpty() ? null : new CelExpression(computed),
                reason.isEmpty() ? "Invalid" : reason);
    }

    /** What it has against a request that it is about. */
    List<Denial> denials(AdmissionScope request, Json params) {
        var seen = paramVersion.isEmpty() ? request : request.withParams(params);
        switch (conditions.hold(seen)) {
            case AdmissionConditions.Outcome.Decided(var holds) -> {
                if (!holds) return List.of();
            }
            case AdmissionConditions.Outcome.Failed(var why) -> {
                return failed(why);
            }
        }
        var scope = seen.with(variables);
        var denials = new ArrayList<Denial>();
        for (var check : checks) denials.addAll(denied(check, scope));
        for (var annotation : annotations) {
            var error = scope.value(annotation).error();
            if (!error.isEmpty()) denials.addAll(failed(error));
        }
        return denials;
    }

    private List<Denial> failed(String why) {
        return fails ? List.of(new Denial("Invalid", why)) : List.of();
    }

    private List<Denial> denied(Check check, AdmissionScope scope) {
        var result = scope.value(check.expression);
        if (!result.error().isEmpty()) return failed(result.error());
        if (Boolean.TRUE.equals(result.value())) return List.of();
        var message = check.computed == null ? "" : computed(scope.text(check.computed));
        if (message.isEmpty()) message = check.message;
        if (message.isEmpty())
            message = "failed expression: " + check.expression.text().strip();
        return List.of(new Denial(check.reason, message));
    }

    /** A message that cannot be made, or is none, is as if there were no expression for it. */
    private static String computed(AdmissionScope.Result made) {
        if (!(made.value() instanceof String text)) return "";
        var message = text.strip();
        return message.length() > MAX_MESSAGE || message.indexOf('\n') >= 0 ? "" : message;
    }
}
