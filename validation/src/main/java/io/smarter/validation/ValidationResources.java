package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.api.Pod;
import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with the resources that a container, or a pod as a whole, requests and is limited to. */
final class ValidationResources {
    private static final List<String> OF_PODS = List.of("cpu", PodTotals.HUGE_PAGES, "memory");
    private static final List<String> STANDARD = List.of("cpu", "memory", "ephemeral-storage");

    private ValidationResources() {}

    static void check(ValidationReport report, Json container, String path) {
        requirements(report, container, path + ".resources", ValidationResources::ofContainers);
    }

    /** What a pod states as a whole: what its containers say must fit into it (Kubernetes "Pod-level resources"). */
    static void pod(ValidationReport report, Json spec, String path) {
        var at = path + ".resources";
        if (!(spec.at("resources") instanceof Json.Obj resources)) return;
        requirements(report, spec, at, ValidationResources::ofPods);
        if (!resources.items("claims").isEmpty())
            report.forbidden(at + ".claims", "claims may not be set for a pod as a whole");
        var pod = new Pod(Json.obj("spec", spec));
        aggregate(report, PodTotals.ofContainers(pod, "requests"), resources, at, "requests", _ -> true);
        aggregate(report, PodTotals.ofContainers(pod, "limits"), resources, at, "limits", PodTotals::isHugePages);
        int index = 0;
        for (var container : spec.items("containers")) {
            var within = at + ".containers[" + index++ + "]";
            container.texts("resources", "limits").forEach((name, limit) -> {
                var whole = resources.text("limits", name);
                if (whole != null && Quantity.parse(limit).compareTo(Quantity.parse(whole)) > 0)
                    report.invalid(
                            within + "[" + name + "].limits",
                            limit,
                            "must be less than or equal to pod limits of " + whole);
            });
        }
    }

    private static void aggregate(
            ValidationReport report,
            Map<String, Quantity> ofContainers,
            Json.Obj resources,
            String path,
            String what,
            Predicate<String> names) {
        ofContainers.forEach((name, sum) -> {
            var whole = resources.text(what, name);
            if (whole != null && names.test(name) && sum.compareTo(Quantity.parse(whole)) > 0)
                report.invalid(
                        path + "." + what + "[" + name + "]",
                        whole,
                        "must be greater than or equal to aggregate container " + what + " of " + sum);
        });
    }

    private static void requirements(ValidationReport report, Json holder, String at, NameCheck names) {
        var limits = holder.texts("resources", "limits");
        var requests = holder.texts("resources", "requests");
        amounts(report, limits, at + ".limits", names);
        amounts(report, requests, at + ".requests", names);
        requests.forEach((name, text) -> compare(report, name, text, limits.get(name), at));
    }

    /** Says what is wrong with the name of a resource. */
    private interface NameCheck {
        void check(ValidationReport report, String field, String name);
    }

    private static void ofContainers(ValidationReport report, String field, String name) {
        if (isStandard(name)) return;
        report.invalid(field, name, Names.qualified(name));
        if (name.indexOf('/') < 0) report.invalid(field, name, "must be a standard resource for containers");
    }

    private static void ofPods(ValidationReport report, String field, String name) {
        if (!PodTotals.isOfPods(name)) report.unsupported(field, name, OF_PODS);
    }

    private static void amounts(ValidationReport report, Map<String, String> amounts, String path, NameCheck names) {
        amounts.forEach((name, text) -> {
            var at = path + "[" + name + "]";
            names.check(report, at, name);
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
        return STANDARD.contains(name) || PodTotals.isHugePages(name);
    }

    /** Devices and the like, of which there are only whole ones and never more than there are. */
    private static boolean isExtended(String name) {
        return !isStandard(name);
    }
}
