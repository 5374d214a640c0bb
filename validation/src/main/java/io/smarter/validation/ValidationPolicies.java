package io.smarter.validation;

import io.smarter.api.LabelSelector;
import io.smarter.api.Names;
import io.smarter.api.SelectorException;
import io.smarter.cel.Cel;
import io.smarter.cel.CelCheck;
import io.smarter.cel.CelCheck.Known;
import io.smarter.cel.CelParser;
import io.smarter.cel.CelShape;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/** Says what is wrong with admission policies and their bindings. Pure functions. */
final class ValidationPolicies {
    private static final int MAX_CONDITIONS = 64;
    private static final List<String> REASONS =
            List.of("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");

    private ValidationPolicies() {}

    static void policy(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        var nothing = "validations or auditAnnotations must contain at least one item";
        if (spec.items("validations").isEmpty()
                && spec.items("auditAnnotations").isEmpty()) {
            report.required("spec.validations", nothing);
            report.required("spec.auditAnnotations", nothing);
        }
        var declared = common(report, spec);
        int index = 0;
        for (var one : spec.items("validations"))
            validation(report, one, "spec.validations[" + index++ + "]", declared);
        index = 0;
        for (var one : spec.items("auditAnnotations")) {
            var at = "spec.auditAnnotations[" + index++ + "]";
            report.text(one, at, "key");
            expression(report, one, at, "valueExpression", PolicyTypes.asking(declared));
        }
    }

    /** What all policies have; gives the variables of their expressions. */
    private static CelCheck.Names common(ValidationReport report, Json.Obj spec) {
        if (spec.has("paramKind")) {
            report.text(spec.object("paramKind"), "spec.paramKind", "apiVersion");
            report.text(spec.object("paramKind"), "spec.paramKind", "kind");
        }
        constraints(report, spec);
        var plain = PolicyTypes.names(Known.NOTHING, spec.has("paramKind") ? Known.NOTHING : null);
        conditions(report, spec, "spec", PolicyTypes.asking(plain));
        variables(report, spec, plain);
        return PolicyTypes.declared(spec, plain);
    }

    /** A policy that changes objects. */
    static void changing(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        var names = PolicyTypes.asking(common(report, spec));
        var mutations = spec.items("mutations");
        report.needed(mutations.isEmpty(), "spec.mutations", "mutations must contain at least one item");
        int index = 0;
        for (var mutation : mutations) {
            var at = "spec.mutations[" + index++ + "]";
            var member = switch (mutation.textOrEmpty("patchType")) {
                case "ApplyConfiguration" -> "applyConfiguration";
                case "JSONPatch" -> "jsonPatch";
                default -> "";
            };
            for (var other : List.of("applyConfiguration", "jsonPatch"))
                if (!other.equals(member) && mutation.at(other) != null)
                    report.forbidden(at + "." + other, "must be set only for its patchType");
            if (member.isEmpty()) report.text(mutation, at, "patchType");
            else if (mutation.at(member) == null) report.required(at + "." + member, "");
            else expression(report, mutation.object(member), at + "." + member, "expression", names);
        }
    }

    private static void constraints(ValidationReport report, Json.Obj spec) {
        var constraints = spec.object("matchConstraints");
        if (!spec.has("matchConstraints")) report.required("spec.matchConstraints", "");
        else report.needed(constraints.items("resourceRules").isEmpty(), "spec.matchConstraints.resourceRules", "");
        matched(report, constraints, "spec.matchConstraints");
    }

    /** What chooses requests. */
    private static void matched(ValidationReport report, Json.Obj match, String path) {
        selector(report, match, path, "namespaceSelector");
        selector(report, match, path, "objectSelector");
        for (var rules : List.of("resourceRules", "excludeResourceRules")) {
            int index = 0;
            for (var rule : match.items(rules)) rule(report, rule, path + "." + rules + "[" + index++ + "]");
        }
    }

    static void selector(ValidationReport report, Json of, String path, String member) {
        try {
            LabelSelector.of(of.object(member));
        } catch (SelectorException e) {
            report.invalid(path + "." + member, of.object(member).compact(), String.valueOf(e.getMessage()));
        }
    }

    static void rule(ValidationReport report, Json rule, String path) {
        int index = 0;
        for (var operation : rule.items("operations")) {
            var word = operation instanceof Json.Str(var text) ? text : "";
            if (!OPERATIONS.contains(word)) report.unsupported(path + ".operations[" + index + "]", word, OPERATIONS);
            index++;
        }
        for (var member : List.of("operations", "apiGroups", "apiVersions", "resources")) {
            var words = rule.items(member);
            report.needed(words.isEmpty(), path + "." + member, "");
            boolean all = words.contains(Json.of("*")) && words.size() > 1 && !member.equals("resources");
            if (all)
                report.invalid(
                        path + "." + member,
                        new Json.Arr(words).compact(),
                        "if '*' is present, must not specify other " + said(member));
        }
        for (var version : rule.items("apiVersions"))
            if (version.equals(Json.of(""))) report.required(path + ".apiVersions[0]", "");
        for (var resource : rule.items("resources"))
            if (resource.equals(Json.of(""))) report.required(path + ".resources[0]", "");
    }

    private static String said(String member) {
        return switch (member) {
            case "apiGroups" -> "API groups";
            case "apiVersions" -> "API versions";
            default -> member;
        };
    }

    static void conditions(ValidationReport report, Json of, String path, CelCheck.Names names) {
        var conditions = of.items("matchConditions");
        if (conditions.size() > MAX_CONDITIONS)
            report.invalid(path + ".matchConditions", conditions.size(), "must have at most 64 items");
        var seen = new HashSet<String>();
        for (int i = 0; i < Math.min(MAX_CONDITIONS, conditions.size()); i++) {
            var at = path + ".matchConditions[" + i + "]";
            var name = conditions.get(i).textOrEmpty("name");
            if (report.text(conditions.get(i), at, "name")) report.invalid(at + ".name", name, Names.qualified(name));
            if (!seen.add(name)) report.duplicate(at + ".name", name);
            typed(report, conditions.get(i), at, "expression", "bool", names);
        }
    }

    private static void variables(ValidationReport report, Json.Obj spec, CelCheck.Names plain) {
        var declared = new LinkedHashMap<String, Known>();
        int index = 0;
        for (var variable : spec.items("variables")) {
            var at = "spec.variables[" + index++ + "]";
            var name = variable.textOrEmpty("name");
            boolean named = report.text(variable, at, "name");
            if (named && !name.matches("[_a-zA-Z][_a-zA-Z0-9]*") || CelParser.RESERVED.contains(name))
                report.invalid(at + ".name", name, "name is not a valid CEL identifier");
            if (declared.containsKey(name)) report.duplicate(at + ".name", name);
            var before = new CelCheck.Names(
                    "variables", CelShape.Fields.known(new LinkedHashMap<>(declared)), PolicyTypes.asking(plain));
            declared.put(name, expression(report, variable, at, "expression", before));
        }
    }

    private static void validation(ValidationReport report, Json one, String path, CelCheck.Names names) {
        typed(report, one, path, "expression", "bool", PolicyTypes.asking(names));
        var message = one.textOrEmpty("message");
        if (message.strip().indexOf('\n') >= 0)
            report.invalid(path + ".message", message, "message must not contain line breaks");
        if (message.isEmpty() && one.textOrEmpty("expression").strip().indexOf('\n') >= 0)
            report.required(path + ".message", "message must be specified if expression contains line breaks");
        if (!one.textOrEmpty("messageExpression").isEmpty())
            typed(report, one, path, "messageExpression", "string", names);
        var reason = one.textOrEmpty("reason");
        if (!reason.isEmpty() && !REASONS.contains(reason)) report.unsupported(path + ".reason", reason, REASONS);
    }

    private static void typed(
            ValidationReport report, Json of, String path, String member, String wanted, CelCheck.Names names) {
        var type = expression(report, of, path, member, names).type();
        if (!type.isEmpty() && !type.equals(wanted))
            report.invalid(path + "." + member, of.textOrEmpty(member).strip(), "must evaluate to " + wanted);
    }

    /** What an expression, which must be there, makes. */
    private static Known expression(
            ValidationReport report, Json of, String path, String member, CelCheck.Names names) {
        var text = of.textOrEmpty(member);
        if (text.isBlank()) {
            report.required(path + "." + member, member + " is not specified");
            return Known.NOTHING;
        }
        try {
            return CelCheck.known(CelParser.parse(text), names);
        } catch (Cel.Failure e) {
            report.invalid(path + "." + member, text.strip(), "compilation failed: " + e.pointed(text));
            return Known.NOTHING;
        }
    }

    // ---- bindings

    static void changingBinding(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        report.text(spec, "spec", "policyName");
        if (spec.has("paramRef")) params(report, spec.object("paramRef"));
        matched(report, spec.object("matchResources"), "spec.matchResources");
    }

    static void binding(ValidationReport report, Json.Obj object) {
        changingBinding(report, object);
        var spec = object.object("spec");
        var actions = spec.items("validationActions");
        report.needed(actions.isEmpty(), "spec.validationActions", "at least one validation action is required");
        if (actions.contains(Json.of("Deny")) && actions.contains(Json.of("Warn")))
            report.invalid(
                    "spec.validationActions",
                    new Json.Arr(actions).compact(),
                    "must not contain both Deny and Warn (repeating the same validation failure information in the API "
                            + "response and headers serves no purpose)");
        if (new HashSet<>(actions).size() < actions.size())
            report.duplicate("spec.validationActions", new Json.Arr(actions).compact());
    }

    private static void params(ValidationReport report, Json.Obj params) {
        boolean named = !params.textOrEmpty("name").isEmpty();
        boolean selected = params.has("selector");
        if (named && selected) {
            report.forbidden("spec.paramRef.name", "name and selector are mutually exclusive");
            report.forbidden("spec.paramRef.selector", "name and selector are mutually exclusive");
        }
        if (!named && !selected) report.required("spec.paramRef", "one of name or selector must be specified");
        selector(report, params, "spec.paramRef", "selector");
        var known = List.of("Deny", "Allow");
        var action = params.textOrEmpty("parameterNotFoundAction");
        if (action.isEmpty()) report.required("spec.paramRef.parameterNotFoundAction", "");
        else if (!known.contains(action)) report.unsupported("spec.paramRef.parameterNotFoundAction", action, known);
    }
}
