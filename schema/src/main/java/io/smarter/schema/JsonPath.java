package io.smarter.schema;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path to values in an object, as kubectl's {@code -o jsonpath} writes it: member names, {@code ['names']}, indexes,
 * {@code [*]}, and filters such as {@code [?(@.type=="Ready")]}. Immutable.
 */
public record JsonPath(List<Step> steps) {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_FOUND = 1000;
    private static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

    public sealed interface Step {
        record Member(String name) implements Step {}

        record Every() implements Step {}

        record Index(int from, int to, boolean one) implements Step {}

        /** @param value null when the item only has to have the path */
        record Filter(
                JsonPath path, String operator, @Nullable Json value) implements Step {}
    }

    /** Of a text that starts with a dot or a bracket; throws {@link IllegalArgumentException} for what is no path. */
    public static JsonPath parse(String text) {
        if (text.length() > MAX_LENGTH) throw new IllegalArgumentException("is too long");
        var steps = new ArrayList<Step>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '.') at = member(text, at + 1, steps);
            else if (c == '[') at = bracket(text, at, steps);
            else if (at == 0) at = member(text, 0, steps);
            else throw new IllegalArgumentException("unexpected character '" + c + "'");
        }
        return new JsonPath(List.copyOf(steps));
    }

    private static int member(String text, int from, List<Step> steps) {
        var name = new StringBuilder();
        int at = from;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) name.append(text.charAt(++at));
            else if (c == '.' || c == '[') break;
            else name.append(c);
        }
        if (name.isEmpty()) {
            if (at < text.length() && text.charAt(at) == '[') return at;
            throw new IllegalArgumentException("a member's name is missing");
        }
        steps.add(name.toString().equals("*") ? new Step.Every() : new Step.Member(name.toString()));
        return at;
    }

    private static int bracket(String text, int at, List<Step> steps) {
        int end = closing(text, at);
        var inner = text.substring(at + 1, end).strip();
        if (inner.equals("*")) steps.add(new Step.Every());
        else if (inner.startsWith("?(") && inner.endsWith(")"))
            steps.add(filter(inner.substring(2, inner.length() - 1).strip()));
        else if (inner.length() > 1 && (inner.charAt(0) == '\'' || inner.charAt(0) == '"'))
            steps.add(new Step.Member(inner.substring(1, inner.length() - 1).replace("\\", "")));
        else steps.add(index(inner));
        return end + 1;
    }

    private static int closing(String text, int open) {
        char quote = 0;
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') quote = c;
            else if (c == '[') depth++;
            else if (c == ']' && --depth == 0) return i;
        }
        throw new IllegalArgumentException("unterminated array");
    }

    private static Step index(String inner) {
        try {
            int colon = inner.indexOf(':');
            if (colon < 0) return new Step.Index(Integer.parseInt(inner), 0, true);
            var from = inner.substring(0, colon);
            var to = inner.substring(colon + 1);
            return new Step.Index(
                    from.isEmpty() ? 0 : Integer.parseInt(from),
                    to.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(to),
                    false);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("invalid array index " + inner, e);
        }
    }

    private static Step filter(String condition) {
        if (!condition.startsWith("@")) throw new IllegalArgumentException("a filter must start with @");
        for (var operator : OPERATORS) {
            int at = condition.indexOf(operator);
            if (at < 0) continue;
            var path = parse(condition.substring(1, at).strip());
            return new Step.Filter(
                    path,
                    operator,
                    literal(condition.substring(at + operator.length()).strip()));
        }
        return new Step.Filter(parse(condition.substring(1).strip()), "", null);
    }

    private static Json literal(String text) {
        if (text.length() > 1 && (text.charAt(0) == '\'' || text.charAt(0) == '"'))
            return Json.of(text.substring(1, text.length() - 1));
        try {
            return Json.parse(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("unexpected value " + text, e);
        }
    }

    /** The names of a path that consists of nothing else; throws {@link IllegalArgumentException} for others. */
    public List<String> names() {
        var names = new ArrayList<String>();
        for (var step : steps) {
            if (!(step instanceof Step.Member(var name)))
                throw new IllegalArgumentException("only member names are allowed");
            names.add(name);
        }
        return names;
    }

    /** What an object has there, in order. */
    public List<Json> find(Json in) {
        var found = List.of(in);
        for (var step : steps) {
            var next = new ArrayList<Json>();
            for (var value : found) {
                if (next.size() > MAX_FOUND) break;
                step(step, value, next);
            }
            found = next;
        }
        return found;
    }

    private static void step(Step step, Json value, List<Json> to) {
        switch (step) {
            case Step.Member(var name) -> {
                var member = value.at(name);
                if (member != null) to.add(member);
            }
            case Step.Every _ -> {
                if (value instanceof Json.Arr(var items)) to.addAll(items);
                else if (value instanceof Json.Obj(var members)) to.addAll(members.values());
            }
            case Step.Index index -> {
                if (value instanceof Json.Arr(var items)) index(index, items, to);
            }
            case Step.Filter filter -> {
                if (value instanceof Json.Arr(var items)) for (var item : items) if (passes(filter, item)) to.add(item);
            }
        }
    }

    private static void index(Step.Index index, List<Json> items, List<Json> to) {
        int size = items.size();
        int from = index.from < 0 ? size + index.from : index.from;
        int end = index.one ? from + 1 : index.to < 0 ? size + index.to : Math.min(size, index.to);
        for (int i = Math.max(0, from); i < Math.min(size, end); i++) if (i >= from) to.add(items.get(i));
    }

    private static boolean passes(Step.Filter filter, Json item) {
        var found = filter.path.find(item);
        var wanted = filter.value;
        if (found.isEmpty()) return false;
        if (wanted == null) return true;
        var value = found.getFirst();
        return switch (filter.operator) {
            case "==" -> SchemaValues.same(value, wanted);
            case "!=" -> !SchemaValues.same(value, wanted);
            default -> {
                int order = value instanceof Json.Num a && wanted instanceof Json.Num b
                        ? Double.compare(a.asDouble(), b.asDouble())
                        : text(value).compareTo(text(wanted));
                yield switch (filter.operator) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
            }
        };
    }

    private static String text(Json value) {
        return value instanceof Json.Str(var text) ? text : value.compact();
    }
}
