package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with quotas and limit ranges. */
final class ValidationQuota {
    /** Whole numbers of things. */
    private static final Set<String> COUNTS = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private static final Set<String> COMPUTE =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");
    private static final Set<String> STORAGE = Set.of(
            "ephemeral-storage",
            "requests.ephemeral-storage",
            "limits.ephemeral-storage",
            "requests.storage",
            "storage");
    private static final List<String> PLAIN_SCOPES =
            List.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating");
    private static final List<String> SCOPES = List.of(
            "BestEffort",
            "NotBestEffort",
            "Terminating",
            "NotTerminating",
            "PriorityClass",
            "CrossNamespacePodAffinity");
    private static final Quantity ONE = Quantity.of(1);

    private ValidationQuota() {}

    static void quota(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        amounts(report, object.object("spec", "hard"), "spec.hard");
        amounts(report, object.object("status", "hard"), "status.hard");
        amounts(report, object.object("status", "used"), "status.used");
        var hard = object.object("spec", "hard").members().keySet();
        var scopes = texts(object.items("spec", "scopes"));
        scopes(report, scopes, hard, "spec.scopes", "");
        var terms = object.items("spec", "scopeSelector", "matchExpressions");
        for (var term : terms) term(report, term);
        var named = terms.stream().map(term -> term.textOrEmpty("scopeName")).toList();
        scopes(report, named, hard, "spec.scopeSelector.matchExpressions", ".scopeName");
        if (old != null && !new HashSet<>(scopes).equals(new HashSet<>(texts(old.items("spec", "scopes")))))
            report.invalid("spec.scopes", Json.arr(scopes).compact(), "field is immutable");
    }

    private static List<String> texts(List<Json> items) {
        return items.stream()
                .map(item -> item instanceof Json.Str(var text) ? text : "")
                .toList();
    }

    private static void amounts(ValidationReport report, Json.Obj amounts, String path) {
        amounts.texts().forEach((name, text) -> {
            var at = path + "[" + name + "]";
            resource(report, name, at);
            if (name.indexOf('/') < 0 && (!isKnown(name) || name.equals("storage")))
                report.invalid(at, name, "must be a standard resource for quota");
            var amount = Quantity.parse(text);
            if (amount.signum() < 0) report.invalid(at, text, "must be greater than or equal to 0");
            boolean extended = name.contains("/") && !name.contains("kubernetes.io/") && !name.startsWith("requests.");
            if ((COUNTS.contains(name) || extended) && amount.milliValue() % 1000 != 0)
                report.invalid(at, text, "must be an integer");
        });
    }

    private static void resource(ValidationReport report, String name, String at) {
        var problems = Names.qualified(name);
        report.invalid(at, name, problems);
        if (problems.isEmpty() && name.indexOf('/') < 0 && !isKnown(name))
            report.invalid(at, name, "must be a standard resource type or fully qualified");
    }

    private static boolean isKnown(String name) {
        return COUNTS.contains(name)
                || COMPUTE.contains(name)
                || STORAGE.contains(name)
                || PodTotals.isHugePages(name)
                || name.startsWith("requests." + PodTotals.HUGE_PAGES);
    }

    private static void scopes(
            ValidationReport report, List<String> scopes, Set<String> hard, String path, String member) {
        var shown = Json.arr(scopes).compact();
        for (var scope : scopes) {
            if (!SCOPES.contains(scope)) report.invalid(path + member, scope, "unsupported scope");
            for (var name : hard) {
                boolean pods = name.equals("pods") || COMPUTE.contains(name) && !scope.equals("BestEffort");
                boolean limits = PLAIN_SCOPES.contains(scope) || scope.equals("PriorityClass");
                if (limits && isKnown(name) && !pods)
                    report.invalid(path, shown, "unsupported scope applied to resource");
            }
        }
        for (int i = 0; i < PLAIN_SCOPES.size(); i += 2)
            if (scopes.containsAll(PLAIN_SCOPES.subList(i, i + 2))) report.invalid(path, shown, "conflicting scopes");
    }

    private static void term(ValidationReport report, Json term) {
        var path = "spec.scopeSelector.matchExpressions";
        var operator = term.textOrEmpty("operator");
        if (PLAIN_SCOPES.contains(term.textOrEmpty("scopeName")) && !operator.equals("Exists"))
            report.invalid(
                    path + ".operator",
                    operator,
                    "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, "
                            + "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort and "
                            + "ResourceQuotaScopeNotBestEffort");
        boolean none = term.items("values").isEmpty();
        switch (operator) {
            case "In", "NotIn" ->
                report.needed(
                        none,
                        path + ".values",
                        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
            case "Exists", "DoesNotExist" -> {
                if (!none)
                    report.invalid(
                            path + ".values",
                            new Json.Arr(term.items("values")).compact(),
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
            }
            default -> report.invalid(path + ".operator", operator, "not a valid selector operator");
        }
    }

    static void limitRange(ValidationReport report, Json.Obj object) {
        int index = 0;
        var types = new HashSet<String>();
        for (var limit : object.items("spec", "limits")) {
            var at = "spec.limits[" + index++ + "]";
            var type = limit.textOrEmpty("type");
            report.invalid(at + ".type", type, Names.qualified(type));
            boolean known = List.of("Pod", "Container", "PersistentVolumeClaim").contains(type);
            if (!known && type.indexOf('/') < 0)
                report.invalid(at + ".type", type, "must be a standard limit type or fully qualified");
            if (!types.add(type)) report.duplicate(at + ".type", type);
            limit(report, limit, at);
        }
    }

    private static void limit(ValidationReport report, Json limit, String at) {
        var names = new HashSet<String>();
        for (var part : List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")) {
            if (part.startsWith("default") && limit.textOrEmpty("type").equals("Pod")) {
                if (!limit.object(part).members().isEmpty())
                    report.forbidden(at + "." + part, "may not be specified when `type` is 'Pod'");
                continue;
            }
            for (var name : limit.object(part).members().keySet()) {
                resource(report, name, at + "." + part + "[" + name + "]");
                names.add(name);
            }
        }
        if (limit.textOrEmpty("type").equals("PersistentVolumeClaim"))
            report.needed(
                    limit.at("min", "storage") == null && limit.at("max", "storage") == null,
                    at + ".limits",
                    "either minimum or maximum storage value is required, but neither was provided");
        for (var name : names) order(report, limit, name, at);
    }

    private static void order(ValidationReport report, Json limit, String name, String at) {
        var min = amount(limit, "min", name);
        var max = amount(limit, "max", name);
        var usual = amount(limit, "default", name);
        var request = amount(limit, "defaultRequest", name);
        var ratio = amount(limit, "maxLimitRequestRatio", name);
        var key = "[" + name + "]";
        order(report, at + ".min" + key, min, above("min value %s is greater than max value %s", min, max));
        var asked = at + ".defaultRequest" + key;
        order(report, asked, request, above("min value %s is greater than default request value %s", min, request));
        order(report, asked, request, above("default request value %s is greater than max value %s", request, max));
        order(
                report,
                asked,
                request,
                above("default request value %s is greater than default limit value %s", request, usual));
        var given = at + ".default" + key;
        order(report, given, min, above("min value %s is greater than default value %s", min, usual));
        order(report, given, max, above("default value %s is greater than max value %s", usual, max));
        order(report, at + ".maxLimitRequestRatio" + key, ratio, above("ratio %2$s is less than 1", ONE, ratio));
    }

    private static void order(ValidationReport report, String at, @Nullable Quantity shown, String problem) {
        if (!problem.isEmpty()) report.invalid(at, String.valueOf(shown), problem);
    }

    /** A problem when the first amount, which should not be above the second, is. */
    private static String above(String rule, @Nullable Quantity less, @Nullable Quantity more) {
        return less != null && more != null && less.compareTo(more) > 0 ? rule.formatted(less, more) : "";
    }

    private static @Nullable Quantity amount(Json limit, String part, String name) {
        return limit.at(part, name) instanceof Json.Str(var text) ? Quantity.parse(text) : null;
    }
}
