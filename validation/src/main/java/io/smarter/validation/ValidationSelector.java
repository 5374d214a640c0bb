package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;

/** Says what is wrong with the expressions of selectors, of labels and of nodes. */
final class ValidationSelector {
    private ValidationSelector() {}

    /** @param numbers whether values can be compared as numbers, too */
    static void expressions(ValidationReport report, Json selector, String path, boolean numbers) {
        int index = 0;
        for (var expression : selector.items("matchExpressions")) {
            var at = path + ".matchExpressions[" + index++ + "]";
            report.invalid(at + ".key", expression.textOrEmpty("key"), Names.qualified(expression.textOrEmpty("key")));
            expression(report, expression, at, numbers);
        }
    }

    private static void expression(ValidationReport report, Json expression, String path, boolean numbers) {
        int values = expression.items("values").size();
        var operator = expression.textOrEmpty("operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values == 0)
                    report.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0)
                    report.forbidden(
                            path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
            case "Gt", "Lt" -> {
                if (!numbers) report.invalid(path + ".operator", operator, "not a valid selector operator");
                else if (values != 1)
                    report.required(path + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
            default -> report.invalid(path + ".operator", operator, "not a valid selector operator");
        }
    }
}
