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
            "isSorted",
            "ip.isCanonical",
            "containsIP",
            "containsCIDR",
            "isUnspecified",
            "isLoopback",
            "isLinkLocalMulticast",
            "isLinkLocalUnicast",
            "isGlobalUnicast",
            "allowed",
            "errored");
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
            "getEscapedPath",
            "format",
            "strings.quote",
            "reason",
            "error");

    private CelCheck() {}

    /**
     * @param shape null when nothing is known of its parts
     * @param type as messages name it; empty when it is not known
     */
    public record Known(@Nullable CelShape shape, String type) {
        public static final Known NOTHING = new Known(null, "");

        public static Known of(@Nullable CelSchema schema) {
            return CelShape.OfSchema.known(schema);
        }

        public static Known type(String type) {
            return type.isEmpty() ? NOTHING : new Known(null, type);
        }

        /** What is known of a list's items or a map's values. */
        Known item() {
            return shape == null ? NOTHING : shape.item();
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
                boolean has = of.type.equals("list") || of.type.equals("map");
                yield item.optional() || !has ? Known.NOTHING : of.item();
            }
            case Cel.Call call -> call(call, names);
            case Cel.ListOf list -> {
                list.items().forEach(item -> known(item, names));
                yield Known.type("list");
            }
            case Cel.Maybe maybe -> {
                known(maybe.of(), names);
                yield Known.NOTHING;
            }
            case Cel.MapOf map -> {
                map.keys().forEach(key -> known(key, names));
                map.values().forEach(value -> known(value, names));
                yield Known.type("map");
            }
            case Cel.Made made -> {
                boolean isType = made.type().equals("JSONPatch")
                        || made.type().equals("Object")
                        || made.type().startsWith("Object.");
                if (!isType)
                    throw new Cel.Failure(made.at(), "undeclared reference to '" + made.type() + "' (in container '')");
                made.values().forEach(value -> known(value, names));
                yield new Known(null, made.type());
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
        var shape = of.shape;
        if (of.type.isEmpty() || shape == null && of.type.equals("map")) return Known.NOTHING;
        if (of.type.equals("map")) return of.item();
        if (shape == null || !of.type.equals("object"))
            throw new Cel.Failure(at, "type '" + of.type + "' does not support field selection");
        var found = shape.field(name);
        if (found == null) throw new Cel.Failure(at, "undefined field '" + name + "'");
        return found;
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
        boolean isFunction = CelFunctions.NAMES.contains(call.function()) || CelFormats.isFunction(call.function());
        if (of == null ? !isFunction : !CelExtras.METHODS.contains(call.function()))
            throw new Cel.Failure(call.at(), "undeclared reference to '" + call.function() + "' (in container '')");
        if (of != null) known(of, names);
        var arguments = new ArrayList<Known>();
        for (var one : call.arguments()) arguments.add(known(one, names));
        if (of == null && arguments.size() == 2) operands(call, arguments.get(0), arguments.get(1));
        var name = call.function();
        if (COMPARISONS.contains(name) || FLAGS.contains(name)) return Known.type("bool");
        if (TEXTS.contains(name)) return Known.type("string");
        return switch (name) {
            case "size", "int", "compareTo", "asInteger", "sign", "family", "prefixLength" -> Known.type("int");
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
        if (!over.type.isEmpty() && !List.of("list", "map", "object").contains(over.type))
            throw new Cel.Failure(
                    walk.at(), "expression of type '" + over.type + "' cannot be range of a comprehension");
        boolean list = over.type.equals("list");
        var items = list || over.type.equals("map") ? over.item() : Known.NOTHING;
        var key = list ? Known.type("int") : Known.type("string");
        if (over.type.isEmpty()) key = Known.NOTHING;
        var inner = walk.second().isEmpty()
                ? new Names(walk.variable(), list || over.type.isEmpty() ? items : key, names)
                : new Names(walk.second(), items, new Names(walk.variable(), key, names));
        flag(walk.condition(), inner, walk.macro());
        var result = walk.result();
        if (result != null) known(result, inner);
        return switch (walk.macro()) {
            case "map", "transformList" -> Known.type("list");
            case "transformMap", "transformMapEntry" -> Known.type("map");
            case "filter" -> list ? over : Known.type("list");
            default -> Known.type("bool");
        };
    }
}
