package io.smarter.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what cannot be right in an expression, before any object is there: names, fields and functions that do not
 * exist, operands that do not go together. What is not known passes. Throws {@link Cel.Failure}.
 */
public final class CelCheck {
    private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");
    private static final Set<String> FLAGS = Set.of(
            "!",
            "in",
            "matches",
            "contains",
            "startsWith",
            "endsWith",
            "isURL",
            "isQuantity",
            "isIP",
            "isCIDR",
            "sets.contains",
            "sets.equivalent",
            "sets.intersects",
            "hasValue",
            "isLessThan",
            "isGreaterThan",
            "isInteger",
            "isSorted");
    private static final Set<String> TEXTS = Set.of(
            "string",
            "lowerAscii",
            "upperAscii",
            "trim",
            "join",
            "find",
            "charAt",
            "replace",
            "substring",
            "getScheme",
            "getHost",
            "getHostname",
            "getPort",
            "getEscapedPath");

    private CelCheck() {}

    /** @param type as messages name it; empty when it is not known */
    public record Known(@Nullable CelSchema schema, String type) {
        public static final Known NOTHING = new Known(null, "");

        public static Known of(@Nullable CelSchema schema) {
            if (schema == null) return NOTHING;
            var format = schema.format();
            return new Known(
                    schema,
                    switch (schema.type()) {
                        case "integer" -> "int";
                        case "number" -> "double";
                        case "boolean" -> "bool";
                        case "string" ->
                            switch (format) {
                                case "date", "date-time" -> "timestamp";
                                case "duration" -> "duration";
                                case "byte" -> "bytes";
                                default -> "string";
                            };
                        case "array" -> "list";
                        case "object" -> schema.additional() != null ? "map" : "object";
                        default -> "";
                    });
        }

        static Known type(String type) {
            return new Known(null, type);
        }
    }

    /** Names that are known. */
    public record Names(String name, Known known, @Nullable Names outer) {}

    public static Known known(Cel cel, @Nullable Names names) {
        return switch (cel) {
            case Cel.Literal literal ->
                literal.value() == null ? Known.NOTHING : Known.type(CelValues.typeName(literal.value()));
            case Cel.Name(var name, int at) -> named(name, at, names);
            case Cel.Field field -> {
                var found = field(known(field.of(), names), field.name(), field.at());
                yield field.optional() ? Known.NOTHING : found;
            }
            case Cel.Has has -> {
                field(known(has.of(), names), has.name(), has.at());
                yield Known.type("bool");
            }
            case Cel.Item item -> {
                var of = known(item.of(), names);
                known(item.index(), names);
                if (item.optional() || of.schema == null) yield Known.NOTHING;
                yield Known.of(of.type.equals("list") ? of.schema.items() : of.schema.additional());
            }
            case Cel.Call call -> call(call, names);
            case Cel.ListOf list -> {
                list.items().forEach(item -> known(item, names));
                yield Known.type("list");
            }
            case Cel.MapOf map -> {
                map.keys().forEach(key -> known(key, names));
                map.values().forEach(value -> known(value, names));
                yield Known.type("map");
            }
            case Cel.And and -> logic("_&&_", and.left(), and.right(), names);
            case Cel.Or or -> logic("_||_", or.left(), or.right(), names);
            case Cel.Choice choice -> {
                flag(choice.condition(), names, "_?_:_");
                var yes = known(choice.yes(), names);
                var no = known(choice.no(), names);
                yield yes.type.equals(no.type) ? Known.type(yes.type) : Known.NOTHING;
            }
            case Cel.Walk walk -> walk(walk, names);
            case Cel.Bind bind -> known(bind.in(), new Names(bind.variable(), known(bind.value(), names), names));
            case Cel.OptionalMap map -> {
                known(map.of(), names);
                known(map.result(), new Names(map.variable(), Known.NOTHING, names));
                yield Known.NOTHING;
            }
        };
    }

    private static Known named(String name, int at, @Nullable Names names) {
        for (var one = names; one != null; one = one.outer) if (one.name.equals(name)) return one.known;
        if (CelFunctions.type(name) != null) return Known.type("type");
        throw new Cel.Failure(at, "undeclared reference to '" + name + "' (in container '')");
    }

    private static Known field(Known of, String name, int at) {
        var schema = of.schema;
        if (schema == null) {
            if (of.type.isEmpty() || of.type.equals("map")) return Known.NOTHING;
            throw new Cel.Failure(at, "type '" + of.type + "' does not support field selection");
        }
        if (schema.isResource() && name.equals("metadata")) return Known.NOTHING;
        if (schema.isResource() && (name.equals("apiVersion") || name.equals("kind"))) return Known.type("string");
        if (of.type.equals("map")) return Known.of(schema.additional());
        if (!of.type.equals("object")) {
            if (of.type.isEmpty()) return Known.NOTHING;
            throw new Cel.Failure(at, "type '" + of.type + "' does not support field selection");
        }
        for (var property : schema.properties().entrySet())
            if (CelConversion.escaped(property.getKey()).equals(name)) return Known.of(property.getValue());
        throw new Cel.Failure(at, "undefined field '" + name + "'");
    }

    private static void flag(Cel cel, @Nullable Names names, String operator) {
        var type = known(cel, names).type;
        if (!type.isEmpty() && !type.equals("bool"))
            throw new Cel.Failure(
                    cel.at(), "found no matching overload for '" + operator + "' applied to '(" + type + ")'");
    }

    private static Known logic(String operator, Cel left, Cel right, @Nullable Names names) {
        flag(left, names, operator);
        flag(right, names, operator);
        return Known.type("bool");
    }

    private static Known call(Cel.Call call, @Nullable Names names) {
        var of = call.of();
        if (of == null ? !CelFunctions.NAMES.contains(call.function()) : !CelExtras.METHODS.contains(call.function()))
            throw new Cel.Failure(call.at(), "undeclared reference to '" + call.function() + "' (in container '')");
        if (of != null) known(of, names);
        var arguments = new ArrayList<Known>();
        for (var one : call.arguments()) arguments.add(known(one, names));
        if (of == null && arguments.size() == 2) operands(call, arguments.get(0), arguments.get(1));
        var name = call.function();
        if (COMPARISONS.contains(name) || FLAGS.contains(name)) return Known.type("bool");
        if (TEXTS.contains(name)) return Known.type("string");
        return switch (name) {
            case "size", "int", "compareTo", "asInteger", "sign" -> Known.type("int");
            case "double" -> Known.type("double");
            case "bool" -> Known.type("bool");
            case "timestamp", "duration" -> Known.type(name);
            case "+", "-", "*", "/", "%" -> {
                var left = arguments.getFirst();
                boolean alike = arguments.stream().allMatch(one -> one.type.equals(left.type));
                yield alike && List.of("int", "double", "string").contains(left.type)
                        ? Known.type(left.type)
                        : Known.NOTHING;
            }
            default -> Known.NOTHING;
        };
    }

    private static void operands(Cel.Call call, Known left, Known right) {
        boolean operator = COMPARISONS.contains(call.function())
                || List.of("+", "-", "*", "/", "%").contains(call.function());
        if (!operator || left.type.isEmpty() || right.type.isEmpty()) return;
        boolean times = isTime(left.type) && isTime(right.type);
        boolean structures = List.of("object", "map").contains(left.type)
                && List.of("object", "map").contains(right.type);
        if (left.type.equals(right.type) || times || structures) return;
        boolean numbers = isNumber(left.type) && isNumber(right.type) && COMPARISONS.contains(call.function());
        if (numbers) return;
        throw new Cel.Failure(
                call.at(),
                "found no matching overload for '_" + call.function() + "_' applied to '(" + left.type + ", "
                        + right.type + ")'");
    }

    private static boolean isTime(String type) {
        return type.equals("timestamp") || type.equals("duration");
    }

    private static boolean isNumber(String type) {
        return type.equals("int") || type.equals("double") || type.equals("uint");
    }

    private static Known walk(Cel.Walk walk, @Nullable Names names) {
        var over = known(walk.over(), names);
        var schema = over.schema;
        if (!over.type.isEmpty() && !List.of("list", "map", "object").contains(over.type))
            throw new Cel.Failure(
                    walk.at(), "expression of type '" + over.type + "' cannot be range of a comprehension");
        boolean list = over.type.equals("list");
        var items = schema == null ? Known.NOTHING : Known.of(list ? schema.items() : schema.additional());
        var key = list ? Known.type("int") : Known.type("string");
        if (over.type.isEmpty()) key = Known.NOTHING;
        var inner = walk.second().isEmpty()
                ? new Names(walk.variable(), list || over.type.isEmpty() ? items : key, names)
                : new Names(walk.second(), items, new Names(walk.variable(), key, names));
        flag(walk.condition(), inner, walk.macro());
        var result = walk.result();
        if (result != null) known(result, inner);
        return switch (walk.macro()) {
            case "map" -> Known.type("list");
            case "filter" -> list ? over : Known.type("list");
            default -> Known.type("bool");
        };
    }
}
