package io.smarter.apiserver;

import io.smarter.cel.CelExpression;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What else must hold for a policy or a webhook to be concerned with a request ({@code matchConditions}). Immutable. */
record AdmissionConditions(List<CelExpression> expressions) {
    static AdmissionConditions of(Json of) {
        var expressions = new ArrayList<CelExpression>();
        for (var condition : of.items("matchConditions"))
            expressions.add(new CelExpression(condition.textOrEmpty("expression")));
        return new AdmissionConditions(List.copyOf(expressions));
    }

    /** Whether they hold; one that does not decides, even when others cannot be evaluated. */
    sealed interface Outcome {
        record Decided(boolean holds) implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    Outcome hold(AdmissionScope scope) {
        var errors = new ArrayList<String>();
        for (var expression : expressions) {
            var result = scope.value(expression);
            if (!result.error().isEmpty()) errors.add(result.error());
            else if (!Boolean.TRUE.equals(result.value())) return new Outcome.Decided(false);
        }
        if (errors.isEmpty()) return new Outcome.Decided(true);
        return new Outcome.Failed(errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]");
    }
}
