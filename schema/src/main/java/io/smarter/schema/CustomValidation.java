package io.smarter.schema;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares an object with what its structural schema allows, in the words of the original. What did not change since the
 * last state passes ("validation ratcheting"). Used once, by one thread.
 */
public final class CustomValidation {
    static final int MAX_ERRORS = 100;

    private static final FieldError RULES_NOT_CHECKED = FieldError.invalid(
            "<nil>",
            "null",
            "some validation rules were not checked because the object was invalid; correct the existing errors to "
                    + "complete validation");

    private final List<FieldError> errors = new ArrayList<>();

    private CustomValidation() {}

    public static List<FieldError> validate(CustomSchema schema, Json.Obj object, Json.@Nullable Obj old) {
        var run = new CustomValidation();
        run.value(schema.checks(), object.without("metadata"), old == null ? null : old.without("metadata"), "");
        CustomLists.check(schema, object, old, run.errors);
        if (run.errors.isEmpty()) return CustomRules.check(schema, object, old);
        var errors = run.errors.size() > MAX_ERRORS ? run.errors.subList(0, MAX_ERRORS) : run.errors;
        if (schema.hasRules()) errors.add(RULES_NOT_CHECKED);
        return errors;
    }

    /** What is wrong with a value beside a schema that stands alone. */
    public static List<FieldError> ofValue(Json.Obj schema, Json value) {
        return of(CustomChecks.of(schema), value, "");
    }

    private static List<FieldError> of(CustomChecks checks, Json value, String path) {
        var run = new CustomValidation();
        run.value(checks, value, null, path);
        return run.errors;
    }

    private void value(CustomChecks checks, Json value, @Nullable Json old, String path) {
        if (errors.size() > MAX_ERRORS || old != null && SchemaValues.same(value, old)) return;
        if (value instanceof Json.Null && checks.raw().flag("nullable")) return;
        type(checks, value, path);
        branches(checks, value, path);
        switch (value) {
            case Json.Str(var text) -> text(checks, text, path);
            case Json.Num number -> number(checks, number, path);
            case Json.Arr(var items) -> list(checks, items, old, path);
            case Json.Obj(var members) -> object(checks, members, old, path);
            default -> {}
        }
        var allowed = checks.enumerated();
        if (allowed != null
                && !allowed.contains(value)
                && allowed.stream().noneMatch(one -> SchemaValues.same(one, value)))
            notAllowed(allowed(checks), value, path);
    }

    // ---- types

    private void type(CustomChecks checks, Json value, String path) {
        if (checks.raw().flag("x-kubernetes-int-or-string")) {
            if (!(value instanceof Json.Str) && !isWhole(value)) wrongType(path, "integer,string", value);
            return;
        }
        var type = checks.raw().textOrEmpty("type");
        boolean right = switch (type) {
            case "object" -> value instanceof Json.Obj;
            case "array" -> value instanceof Json.Arr;
            case "string" -> value instanceof Json.Str;
            case "boolean" -> value instanceof Json.Bool;
            case "number" -> value instanceof Json.Num;
            case "integer" -> isWhole(value);
            default -> true;
        };
        if (!right) wrongType(path, type, value);
    }

    private void wrongType(String path, String type, Json value) {
        var actual = typeOf(value);
        errors.add(new FieldError(
                field(path),
                FieldError.Reason.TYPE_INVALID,
                null,
                "\"%s\": %smust be of type %s: \"%s\"".formatted(actual, inBody(path), type, actual)));
    }

    private void typeInvalid(String path, String value, String what) {
        errors.add(new FieldError(field(path), FieldError.Reason.TYPE_INVALID, value, inBody(path) + what));
    }

    private static boolean isWhole(Json value) {
        if (!(value instanceof Json.Num number)) return false;
        if (number.isLong()) return true;
        var exact = CustomChecks.number(number);
        return exact != null && exact.stripTrailingZeros().scale() <= 0;
    }

    static String typeOf(Json value) {
        return switch (value) {
            case Json.Obj _ -> "object";
            case Json.Arr _ -> "array";
            case Json.Str _ -> "string";
            case Json.Bool _ -> "boolean";
            case Json.Num _ -> isWhole(value) ? "integer" : "number";
            case Json.Null _ -> "null";
        };
    }

    // ---- restrictions by type

    private void text(CustomChecks checks, String text, String path) {
        long length = text.codePointCount(0, text.length());
        long most = checks.count("maxLength", Long.MAX_VALUE);
        if (length > most)
            errors.add(new FieldError(
                    field(path), FieldError.Reason.TOO_LONG, null, "may not be more than " + most + " bytes"));
        long least = checks.count("minLength", 0);
        if (length < least) invalid(path, Json.of(text), "should be at least " + least + " chars long");
        var pattern = checks.pattern();
        if (pattern != null && !pattern.matcher(text).find())
            invalid(path, Json.of(text), "should match '" + checks.raw().textOrEmpty("pattern") + "'");
        var format = checks.raw().textOrEmpty("format");
        if (!format.isEmpty() && !CustomFormats.matches(format, text))
            typeInvalid(
                    path,
                    text,
                    "must be of type " + format + ": " + Json.of(text).compact());
    }

    private void number(CustomChecks checks, Json.Num number, String path) {
        var value = CustomChecks.number(number);
        if (value == null) {
            invalid(path, number, "is no number that can be compared");
            return;
        }
        var most = checks.bound("maximum");
        boolean below = checks.raw().flag("exclusiveMaximum");
        if (most != null && (below ? value.compareTo(most) >= 0 : value.compareTo(most) > 0))
            invalid(path, number, "should be less than " + (below ? "" : "or equal to ") + CustomFormats.number(most));
        var least = checks.bound("minimum");
        boolean above = checks.raw().flag("exclusiveMinimum");
        if (least != null && (above ? value.compareTo(least) <= 0 : value.compareTo(least) < 0))
            invalid(
                    path,
                    number,
                    "should be greater than " + (above ? "" : "or equal to ") + CustomFormats.number(least));
        var step = checks.bound("multipleOf");
        if (step != null && step.signum() > 0 && value.remainder(step).signum() != 0)
            invalid(path, number, "should be a multiple of " + CustomFormats.number(step));
        if (!fits(checks.raw().textOrEmpty("format"), value))
            invalid(path, number, "must be of type " + checks.raw().textOrEmpty("format"));
    }

    private static boolean fits(String format, BigDecimal value) {
        return switch (format) {
            case "int32" ->
                value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0
                        && value.compareTo(BigDecimal.valueOf(Integer.MIN_VALUE)) >= 0;
            case "int64" ->
                value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                        && value.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0;
            default -> true;
        };
    }

    private void list(CustomChecks checks, List<Json> items, @Nullable Json old, String path) {
        long least = checks.count("minItems", 0);
        if (items.size() < least) invalid(path, new Json.Arr(items), "should have at least " + least + " items");
        long most = checks.count("maxItems", Long.MAX_VALUE);
        if (items.size() > most) tooMany(path, items.size(), most, "items");
        if (checks.raw().flag("uniqueItems") && new HashSet<>(items).size() < items.size())
            invalid(path, new Json.Arr(items), "shouldn't contain duplicates");
        var of = checks.items();
        if (of == null) return;
        var before = CustomLists.Before.of(checks.raw(), old);
        for (int i = 0; i < items.size(); i++) value(of, items.get(i), before.item(items.get(i)), path + "[" + i + "]");
    }

    private void object(CustomChecks checks, Map<String, Json> members, @Nullable Json old, String path) {
        long least = checks.count("minProperties", 0);
        if (members.size() < least)
            invalid(path, new Json.Obj(members), "should have at least " + least + " properties");
        long most = checks.count("maxProperties", Long.MAX_VALUE);
        if (members.size() > most) tooMany(path, members.size(), most, "properties");
        for (var name : checks.required()) {
            if (!members.containsKey(name) && !(path.isEmpty() && name.equals("metadata")))
                errors.add(FieldError.required(dotted(path, name), ""));
        }
        if (checks.raw().flag("x-kubernetes-embedded-resource")) resource(members, path);
        members.forEach((name, value) -> {
            var of = checks.properties().getOrDefault(name, checks.additional());
            if (of != null) value(of, value, old == null ? null : old.at(name), dotted(path, name));
            else if (checks.closed()) errors.add(FieldError.forbidden(dotted(path, name), "is a forbidden property"));
        });
    }

    /** What is an object of its own has a version and a kind. */
    private void resource(Map<String, Json> members, String path) {
        if (members.get("apiVersion") instanceof Json.Str(var version)) {
            if (version.isEmpty()) named(path, "apiVersion", version, "must not be empty");
            else if (version.indexOf('/') != version.lastIndexOf('/'))
                named(path, "apiVersion", version, "unexpected GroupVersion string: " + version);
        }
        if (members.get("kind") instanceof Json.Str(var kind) && kind.isEmpty())
            named(path, "kind", kind, "must not be empty");
    }

    private void named(String path, String member, String value, String what) {
        errors.add(FieldError.invalid(dotted(path, member), value, what));
    }

    private void tooMany(String path, int actual, long most, String what) {
        errors.add(new FieldError(
                field(path), FieldError.Reason.TOO_MANY, null, actual + ": must have at most " + most + " " + what));
    }

    // ---- allOf, anyOf, oneOf, not

    private void branches(CustomChecks checks, Json value, String path) {
        var all = new ArrayList<FieldError>();
        for (var branch : checks.allOf()) all.addAll(of(branch, value, path));
        if (!all.isEmpty()) {
            errors.addAll(all);
            composite(path, "must validate all the schemas (allOf)");
        }
        if (!checks.anyOf().isEmpty()) {
            var best = best(checks.anyOf(), value, path);
            if (best.valid == 0) {
                errors.addAll(best.failures);
                composite(path, "must validate at least one schema (anyOf)");
            }
        }
        if (!checks.oneOf().isEmpty()) {
            var best = best(checks.oneOf(), value, path);
            if (best.valid == 0) errors.addAll(best.failures);
            if (best.valid != 1)
                composite(
                        path,
                        "must validate one and only one schema (oneOf). "
                                + (best.valid == 0
                                        ? "Found none valid"
                                        : "Found " + best.valid + " valid alternatives"));
        }
        var not = checks.not();
        if (not != null && of(not, value, path).isEmpty()) composite(path, "must not validate the schema (not)");
    }

    /** @param failures of the branch that comes nearest */
    private record Best(int valid, List<FieldError> failures) {}

    private static Best best(List<CustomChecks> branches, Json value, String path) {
        int valid = 0;
        List<FieldError> least = List.of();
        for (var branch : branches) {
            var found = of(branch, value, path);
            if (found.isEmpty()) valid++;
            else if (least.isEmpty() || found.size() < least.size()) least = found;
        }
        return new Best(valid, least);
    }

    private void composite(String path, String what) {
        errors.add(FieldError.invalid("<nil>", "", '"' + path + "\" " + what));
    }

    // ---- words

    private static List<Json> allowed(CustomChecks checks) {
        return checks.raw().items("enum");
    }

    private void notAllowed(List<Json> allowed, Json value, String path) {
        var words = allowed.stream()
                .map(one -> one instanceof Json.Str ? one.compact() : '"' + one.compact() + '"')
                .collect(Collectors.joining(", "));
        errors.add(with(path, FieldError.Reason.NOT_SUPPORTED, value, "supported values: " + words));
    }

    private void invalid(String path, Json value, String what) {
        errors.add(with(path, FieldError.Reason.INVALID, value, inBody(path) + what));
    }

    /** Numbers and what has parts are shown as they are, text in quotes. */
    private static FieldError with(String path, FieldError.Reason reason, Json value, String detail) {
        if (value instanceof Json.Str(var text)) return new FieldError(field(path), reason, text, detail);
        var shown = value.compact();
        return new FieldError(field(path), reason, null, shown + ": " + detail);
    }

    private static String inBody(String path) {
        return path + " in body ";
    }

    private static String field(String path) {
        return path.isEmpty() ? "<nil>" : path;
    }

    static String dotted(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
