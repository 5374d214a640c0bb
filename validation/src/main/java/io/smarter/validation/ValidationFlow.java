package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with flow schemas and priority levels. */
final class ValidationFlow {
    private static final int MOST = 10_000;
    private static final int EXEMPT_ONLY = 1;

    private ValidationFlow() {}

    static void check(ValidationReport report, String kind, Json.Obj object) {
        var spec = object.object("spec");
        if (kind.equals("FlowSchema")) schema(report, object, spec);
        else level(report, spec);
    }

    private static void schema(ValidationReport report, Json.Obj object, Json.Obj spec) {
        long precedence = spec.number(0, "matchingPrecedence");
        if (precedence < 1 || precedence > MOST)
            report.invalid("spec.matchingPrecedence", precedence, "must be a value between 1 and " + MOST);
        else if (precedence == EXEMPT_ONLY
                && !object.textOrEmpty("metadata", "name").equals("exempt"))
            report.invalid(
                    "spec.matchingPrecedence",
                    precedence,
                    "only the schema named 'exempt' may have matchingPrecedence 1");
        var level = spec.textOrEmpty("priorityLevelConfiguration", "name");
        report.needed(level.isEmpty(), "spec.priorityLevelConfiguration.name", "must reference a priority level");
        var method = spec.textOrEmpty("distinguisherMethod", "type");
        if (spec.has("distinguisherMethod") && !List.of("ByNamespace", "ByUser").contains(method))
            report.unsupported("spec.distinguisherMethod", method, List.of("ByNamespace", "ByUser"));
        int index = 0;
        for (var rule : spec.items("rules")) rule(report, rule, "spec.rules[" + index++ + "]");
    }

    private static void rule(ValidationReport report, Json rule, String at) {
        report.needed(rule.items("subjects").isEmpty(), at + ".subjects", "subjects must contain at least one value");
        boolean nothing = rule.items("resourceRules").isEmpty()
                && rule.items("nonResourceRules").isEmpty();
        report.needed(nothing, at, "at least one of resourceRules and nonResourceRules has to be non-empty");
        int index = 0;
        for (var subject : rule.items("subjects")) {
            var kind = subject.textOrEmpty("kind");
            if (!List.of("Group", "ServiceAccount", "User").contains(kind))
                report.unsupported(
                        at + ".subjects[" + index + "].kind", kind, List.of("Group", "ServiceAccount", "User"));
            index++;
        }
    }

    private static void level(ValidationReport report, Json.Obj spec) {
        var type = spec.textOrEmpty("type");
        switch (type) {
            case "Exempt" -> {
                if (spec.has("limited")) report.forbidden("spec.limited", "must be nil if the type is not Limited");
            }
            case "Limited" -> {
                if (spec.has("exempt")) report.forbidden("spec.exempt", "must be nil if the type is Limited");
                report.needed(!spec.has("limited"), "spec.limited", "must not be empty when type is Limited");
                if (spec.has("limited")) limited(report, spec.object("limited"));
            }
            default -> report.unsupported("spec.type", type, List.of("Exempt", "Limited"));
        }
    }

    private static void limited(ValidationReport report, Json.Obj limited) {
        report.notNegative(limited, "spec.limited", "nominalConcurrencyShares");
        report.range(limited, "spec.limited", "lendablePercent", 0, 100);
        var response = limited.object("limitResponse");
        var type = response.textOrEmpty("type");
        if (!List.of("Queue", "Reject").contains(type))
            report.unsupported("spec.limited.limitResponse.type", type, List.of("Queue", "Reject"));
        if (type.equals("Reject") && response.has("queuing"))
            report.forbidden(
                    "spec.limited.limitResponse.queuing", "must be nil if limited.limitResponse.type is not Limited");
        if (type.equals("Queue"))
            report.needed(
                    !response.has("queuing"),
                    "spec.limited.limitResponse.queuing",
                    "must not be empty if limited.limitResponse.type is Limited");
    }
}
