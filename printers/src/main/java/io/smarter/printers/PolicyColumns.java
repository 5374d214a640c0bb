package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The columns of kinds that say what is allowed, and what comes first. */
public final class PolicyColumns {
    static final Columns BUDGETS = Columns.of(
            Column.NAME,
            Column.text("Min Available", (object, _) -> amount(object, "minAvailable")),
            Column.text("Max Unavailable", (object, _) -> amount(object, "maxUnavailable")),
            Column.count("Allowed Disruptions", "status", "disruptionsAllowed"),
            Column.AGE);
    static final Columns PRIORITY_CLASSES = Columns.of(
            Column.NAME,
            Column.count("Value", "value"),
            new Column("Global-Default", "boolean", "", 0, (object, _) -> object.flag("globalDefault")),
            Column.AGE,
            Column.path("PreemptionPolicy", "preemptionPolicy"));
    static final Columns RUNTIME_CLASSES = Columns.of(Column.NAME, Column.path("Handler", "handler"), Column.AGE);
    static final Columns QUOTAS = Columns.of(
            Column.NAME,
            Column.text("Request", (object, _) -> used(object, false)),
            Column.text("Limit", (object, _) -> used(object, true)),
            Column.AGE);
    static final Columns WEBHOOKS = Columns.of(
            Column.NAME,
            Column.number(
                    "Webhooks", (object, _) -> (long) object.items("webhooks").size()),
            Column.AGE);
    static final Columns ADMISSION_POLICIES = Columns.of(
            Column.NAME,
            Column.number("Validations", (object, _) ->
                    (long) object.items("spec", "validations").size()),
            Column.text("ParamKind", (object, _) -> paramKind(object)),
            Column.AGE);
    static final Columns CHANGING_POLICIES = Columns.of(
            Column.NAME,
            Column.number("Mutations", (object, _) ->
                    (long) object.items("spec", "mutations").size()),
            Column.text("ParamKind", (object, _) -> paramKind(object)),
            Column.AGE);
    static final Columns ADMISSION_BINDINGS = Columns.of(
            Column.NAME,
            Column.path("PolicyName", "spec", "policyName"),
            Column.text("ParamRef", (object, _) -> paramRef(object)),
            Column.AGE);

    public static final Columns CERTIFICATE_REQUESTS = Columns.of(
            Column.NAME,
            Column.AGE,
            Column.path("SignerName", "spec", "signerName"),
            Column.path("Requestor", "spec", "username"),
            Column.text("RequestedDuration", (object, _) -> duration(object)),
            Column.text("Condition", (object, _) -> decision(object)));

    private PolicyColumns() {}

    private static String duration(Json.Obj request) {
        return request.at("spec", "expirationSeconds") instanceof Json.Num seconds
                ? Ages.text(Duration.ofSeconds(seconds.asLong()))
                : TypeColumns.NONE;
    }

    private static String decision(Json.Obj request) {
        var conditions = request.items("status", "conditions").stream()
                .map(condition -> condition.textOrEmpty("type"))
                .toList();
        var text = conditions.contains("Denied") ? "Denied" : conditions.contains("Approved") ? "Approved" : "Pending";
        if (conditions.contains("Failed")) text += ",Failed";
        return request.textOrEmpty("status", "certificate").isEmpty() ? text : text + ",Issued";
    }

    private static String amount(Json.Obj budget, String member) {
        return switch (budget.at("spec", member)) {
            case Json.Num(var number) -> number;
            case Json.Str(var text) -> text;
            case null, default -> "N/A";
        };
    }

    /** Used and allowed amounts, those of limits or the others. */
    private static String used(Json.Obj quota, boolean limits) {
        var used = quota.texts("status", "used");
        return new TreeMap<>(quota.texts("status", "hard"))
                .entrySet().stream()
                        .filter(hard -> hard.getKey().startsWith("limits") == limits)
                        .map(hard ->
                                hard.getKey() + ": " + used.getOrDefault(hard.getKey(), "0") + "/" + hard.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String paramKind(Json.Obj policy) {
        var kind = policy.at("spec", "paramKind");
        return kind == null ? "<unset>" : kind.textOrEmpty("apiVersion") + "/" + kind.textOrEmpty("kind");
    }

    private static String paramRef(Json.Obj binding) {
        var reference = binding.at("spec", "paramRef");
        if (reference == null) return "<unset>";
        var namespace = reference.textOrEmpty("namespace");
        var name = reference.textOrEmpty("name");
        return (namespace.isEmpty() ? "*" : namespace) + "/" + (name.isEmpty() ? "*" : name);
    }
}
