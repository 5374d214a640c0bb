package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with a daemon set's spec, its selector aside. */
final class ValidationDaemonSet {
    private static final String PERCENT_RULE =
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                    + "regex used for validation is '[0-9]+%')";

    private static final List<String> COUNTS = List.of(
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
            "observedGeneration",
            "updatedNumberScheduled",
            "numberAvailable",
            "numberUnavailable",
            "collisionCount");

    private ValidationDaemonSet() {}

    static void check(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        if (!spec.has("selector")) report.required("spec.selector", "");
        else if (spec.object("selector").items("matchExpressions").isEmpty()
                && spec.object("selector", "matchLabels").members().isEmpty())
            report.invalid(
                    "spec.selector", spec.object("selector").compact(), "empty selector is invalid for daemonset");
        report.labels(spec, "spec.selector.matchLabels", "selector", "matchLabels");
        ValidationSelector.expressions(report, spec.object("selector"), "spec.selector", false);
        template(report, spec.object("template"), "DaemonSet");
        report.notNegative(spec, "spec", "minReadySeconds");
        report.notNegative(spec, "spec", "revisionHistoryLimit");
        status(report, object.object("status"));
        if (spec.textOrEmpty("updateStrategy", "type").equals("RollingUpdate"))
            rolling(report, spec.object("updateStrategy"));
    }

    private static void status(ValidationReport report, Json.Obj status) {
        for (var count : COUNTS) report.notNegative(status, "status", count);
    }

    /** A template whose pods run for good. */
    static void template(ValidationReport report, Json.Obj template, String kind) {
        report.labels(template, "spec.template.metadata.labels", "metadata", "labels");
        var spec = template.object("spec");
        ValidationPod.template(report, spec, "spec.template.spec");
        var policy = spec.textOrEmpty("restartPolicy");
        if (!policy.isEmpty() && !policy.equals("Always"))
            report.unsupported("spec.template.spec.restartPolicy", policy, List.of("Always"));
        if (spec.has("activeDeadlineSeconds"))
            report.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in " + kind + " is not Supported");
    }

    private static void rolling(ValidationReport report, Json.Obj strategy) {
        var path = "spec.updateStrategy.rollingUpdate";
        if (!strategy.has("rollingUpdate")) {
            report.required(path, "");
            return;
        }
        var rolling = strategy.object("rollingUpdate");
        boolean unavailable = amount(report, rolling, path, "maxUnavailable");
        boolean surge = amount(report, rolling, path, "maxSurge");
        if (unavailable && surge)
            report.invalid(
                    path + ".maxSurge", shown(rolling, "maxSurge"), "may not be set when maxUnavailable is non-zero");
        if (!unavailable && !surge) report.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
    }

    /** Checks a number or percentage and says whether it is more than nothing. */
    private static boolean amount(ValidationReport report, Json.Obj rolling, String path, String member) {
        var at = path + "." + member;
        return switch (rolling.get(member)) {
            case Json.Num number -> {
                if (number.asLong() < 0) report.invalid(at, number.asLong(), "must be greater than or equal to 0");
                yield number.asLong() != 0;
            }
            case Json.Str(var text) -> percentage(report, at, text);
            case null, default -> false;
        };
    }

    private static boolean percentage(ValidationReport report, String field, String text) {
        if (!text.matches("[0-9]{1,9}%")) {
            report.invalid(field, text, PERCENT_RULE);
            return true;
        }
        int percent = Integer.parseInt(text.substring(0, text.length() - 1));
        if (percent > 100) report.invalid(field, text, "must not be greater than 100%");
        return percent != 0;
    }

    private static String shown(Json.Obj rolling, String member) {
        return rolling.get(member) instanceof Json.Num(var literal) ? literal : rolling.textOrEmpty(member);
    }
}
