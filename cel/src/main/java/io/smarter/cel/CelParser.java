package io.smarter.cel;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions of the Common Expression Language (cel-spec, "Syntax"). Used once, by one thread. */
public final class CelParser {
    private static final int MAX_LENGTH = 64 << 10;
    private static final int MAX_DEPTH = 200;

    /** How many operators and selections there may be, as each makes the tree deeper. */
    private static final int MAX_LINKS = 400;

    private static final Set<String> WALKS = Set.of("all", "exists", "exists_one", "existsOne", "filter", "map");

    /** Walks that make something of two variables. */
    private static final Set<String> TRANSFORMS = Set.of("transformList", "transformMap", "transformMapEntry");

    private static final Set<String> SPACES = Set.of("sets", "optional", "math");
    /** Words that are no names. */
    public static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private static final List<Map<String, String>> OPERATORS = List.of(
            Map.of("<", "<", "<=", "<=", ">", ">", ">=", ">=", "==", "==", "!=", "!=", "in", "in"),
            Map.of("+", "+", "-", "-"),
            Map.of("*", "*", "/", "/", "%", "%"));

    private final CelTokens tokens;
    private int depth;
    private int links;

    private CelParser(String text) {
        if (text.length() > MAX_LENGTH) throw new Cel.Failure(0, "expression is longer than " + MAX_LENGTH);
        tokens = new CelTokens(text);
    }

    /** Throws {@link Cel.Failure} when it is no expression. */
    public static Cel parse(String text) {
        var parser = new CelParser(text);
        var cel = parser.expression();
        if (!parser.tokens.isEnd()) throw parser.unexpected();
        return cel;
    }

    private Cel.Failure unexpected() {
        return new Cel.Failure(
                tokens.at(),
                tokens.isEnd()
                        ? "Syntax error: mismatched input '<EOF>'"
                        : "Syntax error: extraneous input '" + tokens.text() + "'");
    }

    private void expect(String symbol) {
        if (!tokens.take(symbol)) throw unexpected();
    }

    private Cel linked(Cel cel) {
        if (++links > MAX_LINKS) throw new Cel.Failure(cel.at(), "expression has too many parts");
        return cel;
    }

    private Cel expression() {
        if (++depth > MAX_DEPTH) throw new Cel.Failure(tokens.at(), "expression nests too deeply");
        var condition = or();
        int at = tokens.at();
        if (tokens.take("?")) {
            var yes = or();
            expect(":");
            condition = new Cel.Choice(condition, yes, expression(), at);
        }
        depth--;
        return condition;
    }

    private Cel or() {
        var left = and();
        while (true) {
            int at = tokens.at();
            if (!tokens.take("||")) return left;
            left = linked(new Cel.Or(left, and(), at));
        }
    }

    private Cel and() {
        var left = binary(0);
        while (true) {
            int at = tokens.at();
            if (!tokens.take("&&")) return left;
            left = linked(new Cel.And(left, binary(0), at));
        }
    }

    private Cel binary(int level) {
        if (level == OPERATORS.size()) return unary();
        var left = binary(level + 1);
        while (true) {
            var operator = OPERATORS.get(level).get(tokens.operator());
            if (operator == null) return left;
            int at = tokens.at();
            tokens.next();
            left = linked(new Cel.Call(null, operator, List.of(left, binary(level + 1)), at));
        }
    }

    private Cel unary() {
        if (++depth > MAX_DEPTH) throw new Cel.Failure(tokens.at(), "expression nests too deeply");
        int at = tokens.at();
        Cel read;
        if (tokens.take("!")) read = new Cel.Call(null, "!", List.of(unary()), at);
        else if (tokens.take("-")) read = negative(tokens.isLiteral(), unary(), at);
        else read = member();
        depth--;
        return read;
    }

    /** The smallest number has no counterpart above zero: its digits are read with the sign already. */
    private static Cel negative(boolean literally, Cel of, int at) {
        if (literally && of instanceof Cel.Literal literal) {
            if (literal.value() instanceof Long number)
                return new Cel.Literal(number == Long.MIN_VALUE ? number : -number, at);
            if (literal.value() instanceof Double number) return new Cel.Literal(-number, at);
        }
        return new Cel.Call(null, "negative", List.of(of), at);
    }

    private Cel member() {
        var cel = primary();
        while (true) {
            int at = tokens.at();
            if (tokens.take(".")) {
                boolean optional = tokens.take("?");
                int nameAt = tokens.at();
                var name = tokens.name();
                if (name == null) throw unexpected();
                cel = tokens.take("(") ? method(cel, name, nameAt) : new Cel.Field(cel, name, optional, at);
            } else if (tokens.take("[")) {
                boolean optional = tokens.take("?");
                var index = expression();
                expect("]");
                cel = new Cel.Item(cel, index, optional, at);
            } else {
                var type = tokens.is("{") ? typeName(cel) : null;
                if (type == null) return cel;
                tokens.next();
                cel = made(type, cel.at());
            }
            linked(cel);
        }
    }

    /** The name of a type that a chain of names may be; null when it is no such chain. */
    private static @Nullable String typeName(Cel cel) {
        return switch (cel) {
            case Cel.Name name -> name.name();
            case Cel.Field field
            when !field.optional() -> {
                var of = typeName(field.of());
                yield of == null ? null : of + "." + field.name();
            }
            default -> null;
        };
    }

    private Cel made(String type, int at) {
        var names = new ArrayList<String>();
        var values = new ArrayList<Cel>();
        while (!tokens.take("}")) {
            int field = tokens.at();
            boolean maybe = tokens.take("?");
            var name = tokens.name();
            if (name == null) throw unexpected();
            expect(":");
            var value = expression();
            names.add(name);
            values.add(maybe ? new Cel.Maybe(value, field) : value);
            if (!tokens.take(",") && !tokens.is("}")) throw unexpected();
        }
        return new Cel.Made(type, names, values, at);
    }

    private Cel primary() {
        int at = tokens.at();
        if (tokens.take("(")) {
            var inner = expression();
            expect(")");
            return inner;
        }
        if (tokens.take("[")) return new Cel.ListOf(list(), at);
        if (tokens.take("{")) return map(at);
        if (tokens.isLiteral()) return new Cel.Literal(tokens.literal(), at);
        tokens.take("."); // a leading dot means the root, where we are
        var name = tokens.name();
        if (name == null) throw unexpected();
        if (RESERVED.contains(name)) throw new Cel.Failure(at, "reserved identifier: " + name);
        return tokens.take("(") ? function(name, at) : new Cel.Name(name, at);
    }

    private Cel map(int at) {
        var keys = new ArrayList<Cel>();
        var values = new ArrayList<Cel>();
        while (!tokens.take("}")) {
            int entry = tokens.at();
            boolean maybe = tokens.take("?");
            keys.add(expression());
            expect(":");
            var value = expression();
            values.add(maybe ? new Cel.Maybe(value, entry) : value);
            if (!tokens.take(",") && !tokens.is("}")) throw unexpected();
        }
        return new Cel.MapOf(keys, values, at);
    }

    private List<Cel> list() {
        var items = new ArrayList<Cel>();
        while (!tokens.take("]")) {
            int at = tokens.at();
            boolean maybe = tokens.take("?");
            var item = expression();
            items.add(maybe ? new Cel.Maybe(item, at) : item);
            if (!tokens.take(",") && !tokens.is("]")) throw unexpected();
        }
        return items;
    }

    private List<Cel> items(String end) {
        var items = new ArrayList<Cel>();
        while (!tokens.take(end)) {
            items.add(expression());
            if (!tokens.take(",") && !tokens.is(end)) throw unexpected();
        }
        return items;
    }

    private Cel function(String name, int at) {
        var arguments = items(")");
        if (name.equals("matches")) compilePattern(arguments, 1);
        if (!name.equals("has")) return new Cel.Call(null, name, arguments, at);
        if (arguments.size() == 1 && arguments.getFirst() instanceof Cel.Field field)
            return new Cel.Has(field.of(), field.name(), at);
        throw new Cel.Failure(at, "invalid argument to has() macro");
    }

    private Cel method(Cel of, String name, int at) {
        var arguments = items(")");
        if (of instanceof Cel.Name space && space.name().equals("cel") && name.equals("bind") && arguments.size() == 3)
            return new Cel.Bind(variable(arguments.getFirst()), arguments.get(1), arguments.get(2), at);
        if ((name.equals("optMap") || name.equals("optFlatMap")) && arguments.size() == 2)
            return new Cel.OptionalMap(
                    of, variable(arguments.getFirst()), arguments.get(1), name.equals("optFlatMap"), at);
        if (CelText.MATCHERS.contains(name)) compilePattern(arguments, 0);
        if (WALKS.contains(name) && arguments.size() >= 2) return walk(of, name, arguments, at);
        if (TRANSFORMS.contains(name) && (arguments.size() == 3 || arguments.size() == 4))
            return transform(of, name, arguments, at);
        if (of instanceof Cel.Name space && isFunction(space.name(), name))
            return new Cel.Call(null, space.name() + "." + name, arguments, at);
        return new Cel.Call(of, name, arguments, at);
    }

    /** Whether something is a function with its library in front, and not the method of a variable of that name. */
    private static boolean isFunction(String space, String name) {
        return SPACES.contains(space)
                || CelFunctions.NAMES.contains(space + "." + name)
                || CelFormats.isFunction(space + "." + name);
    }

    private static Cel transform(Cel of, String name, List<Cel> arguments, int at) {
        var condition = arguments.size() == 4 ? arguments.get(2) : new Cel.Literal(true, at);
        var key = variable(arguments.get(0));
        return new Cel.Walk(name, of, key, variable(arguments.get(1)), condition, arguments.getLast(), at);
    }

    /** A pattern that is written down is compiled here, once for all objects. */
    private static void compilePattern(List<Cel> arguments, int index) {
        if (index >= arguments.size() || !(arguments.get(index) instanceof Cel.Literal(var value, int at))) return;
        if (!(value instanceof String text)) return;
        try {
            arguments.set(index, new Cel.Literal(Regex.of(text), at));
        } catch (PatternSyntaxException e) {
            throw new Cel.Failure(at, "invalid regular expression: " + e.getMessage());
        }
    }

    private static Cel walk(Cel of, String name, List<Cel> arguments, int at) {
        var first = variable(arguments.getFirst());
        int last = arguments.size() - 1;
        boolean maps = name.equals("map");
        if (last == 1)
            return maps
                    ? new Cel.Walk(name, of, first, "", new Cel.Literal(true, at), arguments.get(1), at)
                    : new Cel.Walk(name, of, first, "", arguments.get(1), null, at);
        if (last == 2 && maps) return new Cel.Walk(name, of, first, "", arguments.get(1), arguments.get(2), at);
        if (last == 2) return new Cel.Walk(name, of, first, variable(arguments.get(1)), arguments.get(2), null, at);
        throw new Cel.Failure(at, "invalid number of arguments to " + name + "()");
    }

    private static String variable(@Nullable Cel cel) {
        if (cel instanceof Cel.Name name) return name.name();
        throw new Cel.Failure(cel == null ? 0 : cel.at(), "argument must be a simple name");
    }
}
