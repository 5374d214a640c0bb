package io.smarter.schema;

import io.smarter.cel.Cel;
import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how often a rule of a custom type may do something, at the most, from the sizes that its schema allows.
 * Only walks over lists and maps count, so that what is refused here is refused by the original too. Pure functions.
 */
final class CelCost {
    /** How much a rule may cost. */
    static final double LIMIT = 10_000_000;

    private static final double LONGEST = 3 << 20;
    private static final int MAP_ENTRY = 6;
    private static final int MEMBER = 4;

    /** Variables with their schemas, the newest first. */
    private record Scope(
            String name,
            @Nullable CustomSchema schema,
            @Nullable Scope outer) {
        @Nullable
        CustomSchema find(String wanted) {
            for (var scope = this; scope != null; scope = scope.outer)
                if (scope.name.equals(wanted)) return scope.schema;
            return null;
        }
    }

    private CelCost() {}

    /** Of a rule at a place in a schema. */
    static double of(Cel rule, CustomSchema schema) {
        return 1 + steps(rule, new Scope("oldSelf", schema, new Scope("self", schema, null)));
    }

    /** How many items a list may have, or members a map. */
    static double size(CustomSchema schema) {
        var items = schema.items();
        if (items != null) {
            long most = schema.raw().number(-1, "maxItems");
            return most >= 0 ? most : LONGEST / (shortest(items) + 1);
        }
        var additional = schema.additional();
        long most = schema.raw().number(-1, "maxProperties");
        return most >= 0 ? most : additional == null ? 1 : LONGEST / (shortest(additional) + MAP_ENTRY);
    }

    /** What is told when a rule costs too much. */
    static String excess(double cost) {
        double factor = cost / LIMIT;
        var times = factor > 100 ? "more than 100x" : "%.1fx".formatted(factor);
        return ("estimated rule cost exceeds budget by factor of %s (try simplifying the rule, or adding maxItems, "
                        + "maxProperties, and maxLength where arrays, maps, and strings are declared)")
                .formatted(times);
    }

    /** The characters of the shortest value. */
    private static double shortest(CustomSchema schema) {
        return switch (schema.type()) {
            case "object" -> {
                double length = 2;
                for (var name : schema.raw().items("required")) {
                    var text = name instanceof Json.Str(var member) ? member : "";
                    var child = schema.child(text);
                    if (child != null) length += text.length() + MEMBER + shortest(child);
                }
                yield length;
            }
            case "boolean" -> 4;
            case "integer", "number" -> 1;
            default -> schema.raw().flag("x-kubernetes-int-or-string") ? 1 : 2;
        };
    }

    private static double steps(Cel cel, Scope scope) {
        return switch (cel) {
            case Cel.Literal _, Cel.Name _ -> 0;
            case Cel.Field one -> steps(one.of(), scope);
            case Cel.Has one -> steps(one.of(), scope);
            case Cel.Item one -> steps(one.of(), scope) + steps(one.index(), scope);
            case Cel.Call one -> (one.of() == null ? 0 : steps(one.of(), scope)) + all(one.arguments(), scope);
            case Cel.ListOf one -> all(one.items(), scope);
            case Cel.Maybe one -> steps(one.of(), scope);
            case Cel.Made one -> all(one.values(), scope);
            case Cel.MapOf one -> all(one.keys(), scope) + all(one.values(), scope);
            case Cel.And one -> steps(one.left(), scope) + steps(one.right(), scope);
            case Cel.Or one -> steps(one.left(), scope) + steps(one.right(), scope);
            case Cel.Choice one ->
                steps(one.condition(), scope) + Math.max(steps(one.yes(), scope), steps(one.no(), scope));
            case Cel.Walk one -> walk(one, scope);
            case Cel.Bind one ->
                steps(one.value(), scope)
                        + steps(one.in(), new Scope(one.variable(), schema(one.value(), scope), scope));
            case Cel.OptionalMap one ->
                steps(one.of(), scope) + steps(one.result(), new Scope(one.variable(), null, scope));
        };
    }

    private static double all(List<Cel> parts, Scope scope) {
        return parts.stream().mapToDouble(part -> steps(part, scope)).sum();
    }

    private static double walk(Cel.Walk walk, Scope scope) {
        var over = schema(walk.over(), scope);
        var inner = new Scope(walk.variable(), over == null || !walk.second().isEmpty() ? null : over.items(), scope);
        if (!walk.second().isEmpty()) inner = new Scope(walk.second(), over == null ? null : item(over), inner);
        var result = walk.result();
        double each = 1 + steps(walk.condition(), inner) + (result == null ? 0 : steps(result, inner));
        return steps(walk.over(), scope) + (over == null ? 1 : size(over)) * each;
    }

    private static @Nullable CustomSchema item(CustomSchema schema) {
        return schema.items() == null ? schema.additional() : schema.items();
    }

    /** Where in the schema a value comes from; null when that is not known. */
    private static @Nullable CustomSchema schema(Cel cel, Scope scope) {
        return switch (cel) {
            case Cel.Name one -> scope.find(one.name());
            case Cel.Field one -> {
                var of = schema(one.of(), scope);
                yield of == null ? null : of.child(one.name());
            }
            case Cel.Item one -> {
                var of = schema(one.of(), scope);
                yield of == null ? null : item(of);
            }
            default -> null;
        };
    }
}
