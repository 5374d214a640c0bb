package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with when a single container is started again (Kubernetes "Container restart policy and rules"). */
final class ValidationRestart {
    private static final int MAX_RULES = 20;
    private static final int MAX_CODES = 255;
    private static final List<String> POLICIES = List.of("Always", "Never", "OnFailure");
    private static final List<String> ACTIONS = List.of("Restart", "RestartAllContainers");
    private static final List<String> OPERATORS = List.of("In", "NotIn");

    private ValidationRestart() {}

    static void check(ValidationReport report, Json container, String path) {
        var policy = container.textOrEmpty("restartPolicy");
        if (!policy.isEmpty() && !POLICIES.contains(policy))
            report.unsupported(path + ".restartPolicy", policy, POLICIES);
        var rules = container.items("restartPolicyRules");
        report.needed(
                policy.isEmpty() && !rules.isEmpty(),
                path + ".restartPolicy",
                "must specify restartPolicy when restart rules are used");
        if (rules.size() > MAX_RULES) report.tooMany(path + ".restartPolicyRules", rules.size(), MAX_RULES);
        int index = 0;
        for (var rule : rules) rule(report, rule, path + ".restartPolicyRules[" + index++ + "]");
    }

    private static void rule(ValidationReport report, Json rule, String path) {
        oneOf(report, rule, path, "action", ACTIONS);
        var at = path + ".exitCodes";
        if (!(rule.at("exitCodes") instanceof Json.Obj codes)) {
            report.required(at, "must be specified");
            return;
        }
        oneOf(report, codes, at, "operator", OPERATORS);
        int count = codes.items("values").size();
        if (count > MAX_CODES) report.tooMany(at + ".values", count, MAX_CODES);
    }

    private static void oneOf(ValidationReport report, Json object, String path, String member, List<String> known) {
        var word = object.textOrEmpty(member);
        if (!known.contains(word)) report.unsupported(path + "." + member, word, known);
    }
}
