package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with the resources that a container requests and is limited to. */
final class ValidationResources {
    private static final List<String> STANDARD = List.of("cpu", "memory", "ephemeral-storage");

    private ValidationResources() {}

    static void check(ValidationReport report, Json container, String path) {
        var limits = container.texts("resources", "limits");
        var requests = container.texts("resources", "requests");
        var at = path + ".resources";
        amounts(report, limits, at + ".limits");
        amounts(report, requests, at + ".requests");
        requests.forEach((name, text) -> compare(report, name, text, limits.get(name), at));
    }

    private static void amounts(ValidationReport report, Map<String, String> amounts, String path) {
        amounts.forEach((name, text) -> {
            var at = path + "[" + name + "]";
            if (!isStandard(name)) {
                report.invalid(at, name, Names.qualified(name));
                if (name.indexOf('/') < 0) report.invalid(at, name, "must be a standard resource for containers");
            }
            var amount = Quantity.parse(text);
            if (amount.signum() < 0) report.invalid(at, text, "must be greater than or equal to 0");
            if (isExtended(name) && amount.milliValue() % 1000 != 0) report.invalid(at, text, "must be an integer");
        });
    }

    private static void compare(
            ValidationReport report, String name, String text, @Nullable String limitText, String path) {
        if (limitText == null) {
            if (isExtended(name))
                report.required(path + ".limits", "Limit must be set for non overcommitable resources");
            return;
        }
        int order = Quantity.parse(text).compareTo(Quantity.parse(limitText));
        if (isExtended(name) && order != 0)
            report.invalid(path + ".requests", text, "must be equal to " + name + " limit of " + limitText);
        else if (order > 0)
            report.invalid(
                    path + ".requests", text, "must be less than or equal to " + name + " limit of " + limitText);
    }

    private static boolean isStandard(String name) {
        return STANDARD.contains(name) || name.startsWith("hugepages-");
    }

    /** Devices and the like, of which there are only whole ones and never more than there are. */
    private static boolean isExtended(String name) {
        return !isStandard(name);
    }
}
