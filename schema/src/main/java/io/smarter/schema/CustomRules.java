package io.smarter.schema;

import io.smarter.api.FieldError;
import io.smarter.cel.Cel;
import io.smarter.cel.CelCheck;
import io.smarter.cel.CelCheck.Known;
import io.smarter.cel.CelCheck.Names;
import io.smarter.cel.CelConversion;
import io.smarter.cel.CelParser;
import io.smarter.cel.CelRun;
import io.smarter.cel.CelShape;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks objects by the validation rules of their schema ({@code x-kubernetes-validations}), in the words of the original.
 * A rule that reads the old value is asked only where there is one. Used once, by one thread.
 */
public final class CustomRules {
    private static final long RULE_BUDGET = 1_000_000;
    private static final long OBJECT_BUDGET = 10_000_000;
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final List<FieldError> errors = new ArrayList<>();
    private long left = OBJECT_BUDGET;

    private CustomRules() {}

    /**
     * A rule, parsed.
     *
     * @param cel null when it cannot be parsed: then it was refused when the definition was made
     * @param reads whether it compares with the old value
     */
    record Rule(Json raw, @Nullable Cel cel, @Nullable Cel message, boolean reads, boolean optional) {
        static Rule of(Json raw) {
            var cel = parsed(raw.textOrEmpty("rule"));
            return new Rule(
                    raw,
                    cel,
                    parsed(raw.textOrEmpty("messageExpression")),
                    cel != null && Cel.uses(cel, "oldSelf"),
                    raw.flag("optionalOldSelf"));
        }

        private static @Nullable Cel parsed(String text) {
            if (text.isBlank()) return null;
            try {
                return CelParser.parse(text);
            } catch (Cel.Failure e) {
                return null;
            }
        }
    }

    /** What the rules say about an object. */
    static List<FieldError> check(CustomSchema schema, Json.Obj object, Json.@Nullable Obj old) {
        if (!schema.hasRules()) return List.of();
        var run = new CustomRules();
        run.node(schema, object, old, "");
        return run.errors;
    }

    private void node(CustomSchema schema, Json value, @Nullable Json old, String path) {
        if (!schema.hasRules() || value instanceof Json.Null || isOver()) return;
        boolean same = old != null && SchemaValues.same(value, old);
        if (same && !schema.comparesWithOld()) return;
        var rules = same ? schema.compiledRules().stream().filter(Rule::reads).toList() : schema.compiledRules();
        if (!rules.isEmpty()) {
            var self = CelConversion.value(schema, value);
            var before = old == null || old instanceof Json.Null ? null : CelConversion.value(schema, old);
            for (var rule : rules) rule(rule, schema, self, before, path);
        }
        switch (value) {
            case Json.Obj(var members) ->
                members.forEach((name, member) -> {
                    var child = schema.child(name);
                    if (child == null || schema.isResource() && name.equals("metadata")) return;
                    node(child, member, old == null ? null : old.at(name), CustomValidation.dotted(path, name));
                });
            case Json.Arr(var items) -> {
                var of = schema.items();
                if (of == null) return;
                var before = CustomLists.Before.of(schema.raw(), old);
                for (int i = 0; i < items.size(); i++)
                    node(of, items.get(i), before.item(items.get(i)), path + "[" + i + "]");
            }
            default -> {}
        }
    }

    private boolean isOver() {
        return left <= 0 || errors.size() >= CustomValidation.MAX_ERRORS;
    }

    private void rule(Rule rule, CustomSchema schema, Object self, @Nullable Object old, String path) {
        var cel = rule.cel;
        if (cel == null || isOver() || rule.reads && old == null && !rule.optional) return;
        var scope = new CelRun.Scope("self", self, null);
        if (rule.optional) scope = new CelRun.Scope("oldSelf", Optional.ofNullable(old), scope);
        else if (old != null) scope = new CelRun.Scope("oldSelf", old, scope);
        var run = new CelRun(Math.min(left, RULE_BUDGET));
        try {
            boolean holds = run.flag(cel, scope);
            if (!holds) broken(rule, schema, run, scope, path);
        } catch (Cel.Failure e) {
            add(rule, schema, path, "rule evaluation error: " + e.text() + " (" + words(rule) + ")");
        } catch (CelRun.OverBudget e) {
            add(rule, schema, path, words(rule) + ": call cost exceeds limit for rule: " + e.getMessage());
        }
        left -= run.spent();
        if (left <= 0)
            add(
                    rule,
                    schema,
                    path,
                    "validation failed due to running out of cost budget, no further validation rules will be run");
    }

    private void broken(Rule rule, CustomSchema schema, CelRun run, CelRun.Scope scope, String path) {
        var detail = rule.raw.textOrEmpty("message").strip();
        var expression = rule.message;
        if (expression != null) {
            try {
                if (run.value(expression, scope) instanceof String text && !text.isBlank() && text.indexOf('\n') < 0)
                    detail = text.strip();
            } catch (Cel.Failure | CelRun.OverBudget e) {
                // the message that does not have to be computed tells enough
            }
        }
        add(rule, schema, path, detail.isEmpty() ? words(rule) : detail);
    }

    private static String words(Rule rule) {
        return "failed rule: " + rule.raw.textOrEmpty("rule").strip();
    }

    private void add(Rule rule, CustomSchema schema, String path, String detail) {
        var below = rule.raw.textOrEmpty("fieldPath");
        var field = path + (path.isEmpty() && below.startsWith(".") ? below.substring(1) : below);
        var shown = field.isEmpty() ? "<nil>" : field;
        errors.add(
                switch (rule.raw.textOrEmpty("reason")) {
                    case "FieldValueForbidden" -> FieldError.forbidden(shown, detail);
                    case "FieldValueRequired" -> FieldError.required(shown, detail);
                    case "FieldValueDuplicate" ->
                        new FieldError(shown, FieldError.Reason.DUPLICATE, schema.type(), detail);
                    default -> new FieldError(shown, FieldError.Reason.INVALID, null, detail);
                });
    }

    // ---- rules of a new definition

    /** Says what is wrong with the rules of a schema. */
    public static void checkAll(CustomSchema schema, String path, boolean correlated, ValidationReport report) {
        checkAll(schema, path, new Place(correlated, 1), report);
    }

    /**
     * Where a part of a schema is.
     *
     * @param times how many values of this part an object may have
     */
    private record Place(boolean correlated, double times) {}

    private static void checkAll(CustomSchema schema, String path, Place place, ValidationReport report) {
        var rules = schema.rules();
        for (int i = 0; i < rules.size(); i++)
            definition(schema, rules.get(i), path + ".x-kubernetes-validations[" + i + "]", place, report);
        schema.properties()
                .forEach((name, child) -> checkAll(child, path + ".properties[" + name + "]", place, report));
        var additional = schema.additional();
        double inside = place.times * CelCost.size(schema);
        if (additional != null)
            checkAll(additional, path + ".additionalProperties", new Place(place.correlated, inside), report);
        var items = schema.items();
        boolean known = place.correlated && schema.listKind() == SchemaField.ListKind.MAP;
        if (items != null) checkAll(items, path + ".items", new Place(known, inside), report);
    }

    private static void definition(CustomSchema schema, Json rule, String path, Place place, ValidationReport report) {
        var text = rule.textOrEmpty("rule");
        var message = rule.textOrEmpty("message");
        var reason = rule.textOrEmpty("reason");
        if (text.isBlank()) report.required(path + ".rule", "rule is not specified");
        if (message.indexOf('\n') >= 0)
            report.invalid(path + ".message", message, "message must not contain line breaks");
        if (message.isEmpty() && text.strip().indexOf('\n') >= 0)
            report.required(path + ".message", "message must be specified if rule contains line breaks");
        if (!reason.isEmpty() && !REASONS.contains(reason)) report.unsupported(path + ".reason", reason, REASONS);
        var names = new Names("self", CelShape.OfSchema.known(schema), null);
        names = new Names(
                "oldSelf", rule.flag("optionalOldSelf") ? Known.NOTHING : CelShape.OfSchema.known(schema), names);
        expression(text, "bool", path + ".rule", names, report);
        var computed = rule.textOrEmpty("messageExpression");
        if (!computed.isEmpty()) expression(computed, "string", path + ".messageExpression", names, report);
        var parsed = Rule.of(rule);
        double cost = parsed.cel == null ? 0 : CelCost.of(parsed.cel, schema) * place.times;
        if (cost > CelCost.LIMIT) report.forbidden(path + ".rule", CelCost.excess(cost));
        if (parsed.reads && !place.correlated && !rule.flag("optionalOldSelf"))
            report.invalid(path + ".rule", text, "oldSelf cannot be used on the uncorrelatable portion of the schema");
    }

    private static void expression(String text, String wanted, String path, Names names, ValidationReport report) {
        if (text.isBlank()) return;
        try {
            var type = CelCheck.known(CelParser.parse(text), names).type();
            if (!type.isEmpty() && !type.equals(wanted))
                report.invalid(
                        path,
                        text,
                        wanted.equals("bool")
                                ? "cel expression must evaluate to a bool"
                                : "messageExpression must evaluate to a string");
        } catch (Cel.Failure e) {
            report.invalid(path, text, "compilation failed: " + e.pointed(text));
        }
    }
}
