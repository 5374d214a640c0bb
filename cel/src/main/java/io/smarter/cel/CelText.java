package io.smarter.cel;

import com.google.re2j.Matcher;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of strings in expressions: standard, the strings extension, and Kubernetes' find and findAll. */
final class CelText {
    /** The methods whose argument is a pattern. */
    static final Set<String> MATCHERS = Set.of("matches", "find", "findAll");

    private CelText() {}

    static @Nullable Object call(CelRun run, String text, String name, List<Object> arguments) {
        run.chargeText(text.length());
        if (name.equals("format") && arguments.size() == 1 && arguments.getFirst() instanceof List<?> values)
            return CelFormats.filled(run, text, values);
        if (MATCHERS.contains(name)) return matched(run, text, name, arguments);
        return switch (arguments.size()) {
            case 0 -> plain(text, name);
            case 1 ->
                arguments.getFirst() instanceof String other
                        ? withText(run, text, name, other)
                        : arguments.getFirst() instanceof Long number ? withNumber(text, name, number) : null;
            case 2 -> withTwo(run, text, name, arguments.get(0), arguments.get(1));
            case 3 ->
                name.equals("replace")
                                && arguments.get(0) instanceof String from
                                && arguments.get(1) instanceof String to
                                && arguments.get(2) instanceof Long most
                        ? replaced(run, text, from, to, most)
                        : null;
            default -> null;
        };
    }

    private static @Nullable Object plain(String text, String name) {
        return switch (name) {
            case "lowerAscii" -> text.toLowerCase(Locale.ROOT);
            case "upperAscii" -> text.toUpperCase(Locale.ROOT);
            case "trim" -> text.strip();
            case "reverse" -> new StringBuilder(text).reverse().toString();
            default -> null;
        };
    }

    private static @Nullable Object withText(CelRun run, String text, String name, String other) {
        return switch (name) {
            case "contains" -> {
                run.charge((long) text.length() * Math.max(1, other.length()) / 100);
                yield text.contains(other);
            }
            case "startsWith" -> text.startsWith(other);
            case "endsWith" -> text.endsWith(other);
            case "indexOf" -> (long) text.indexOf(other);
            case "lastIndexOf" -> (long) text.lastIndexOf(other);
            case "split" -> split(run, text, other, -1);
            default -> null;
        };
    }

    private static @Nullable Object withNumber(String text, String name, long number) {
        return switch (name) {
            case "charAt" ->
                number == text.length() ? "" : text.substring(index(number, text), index(number, text) + 1);
            case "substring" -> text.substring(index(number, text));
            default -> null;
        };
    }

    private static @Nullable Object withTwo(CelRun run, String text, String name, Object a, Object b) {
        return switch (name) {
            case "substring" -> {
                if (!(a instanceof Long from) || !(b instanceof Long to)) yield null;
                int start = index(from, text);
                int end = index(to, text);
                if (start > end) throw new Cel.Failure(-1, "invalid substring range");
                yield text.substring(start, end);
            }
            case "replace" ->
                a instanceof String from && b instanceof String to ? replaced(run, text, from, to, -1) : null;
            case "split" -> a instanceof String by && b instanceof Long most ? split(run, text, by, most) : null;
            case "indexOf" ->
                a instanceof String what && b instanceof Long at ? (long) text.indexOf(what, index(at, text)) : null;
            case "lastIndexOf" ->
                a instanceof String what && b instanceof Long at
                        ? (long) text.lastIndexOf(what, index(at, text))
                        : null;
            default -> null;
        };
    }

    private static int index(long index, String text) {
        if (index < 0 || index > text.length()) throw new Cel.Failure(-1, "index out of range: " + index);
        return (int) index;
    }

    private static @Nullable Object matched(CelRun run, String text, String name, List<Object> arguments) {
        var regex = arguments.isEmpty() ? null : regex(run, arguments.getFirst());
        if (regex == null) return null;
        run.charge((long) text.length() * regex.size() / 40);
        var matcher = regex.pattern().matcher(text);
        return switch (arguments.size()) {
            case 1 ->
                switch (name) {
                    case "matches" -> matcher.find();
                    case "find" -> matcher.find() ? matcher.group() : "";
                    default -> found(run, matcher, Long.MAX_VALUE);
                };
            case 2 ->
                name.equals("findAll") && arguments.get(1) instanceof Long most
                        ? found(run, matcher, most < 0 ? Long.MAX_VALUE : most)
                        : null;
            default -> null;
        };
    }

    /** What the expression has as a pattern, or makes one of now. */
    private static @Nullable Regex regex(CelRun run, Object given) {
        if (!(given instanceof String text)) return given instanceof Regex compiled ? compiled : null;
        run.charge(Regex.size(text));
        try {
            return Regex.of(text);
        } catch (PatternSyntaxException e) {
            throw new Cel.Failure(-1, "invalid regular expression: " + e.getMessage());
        }
    }

    private static List<Object> found(CelRun run, Matcher matcher, long most) {
        var found = new ArrayList<Object>();
        while (found.size() < most && matcher.find()) {
            run.charge(1);
            found.add(matcher.group());
        }
        return found;
    }

    private static List<Object> split(CelRun run, String text, String by, long most) {
        var parts = new ArrayList<Object>();
        if (most == 0) return parts;
        int from = 0;
        while (most < 0 || parts.size() < most - 1) {
            int at = by.isEmpty() ? from + 1 : text.indexOf(by, from);
            if (at < 0 || by.isEmpty() && at >= text.length()) break;
            run.charge(1);
            parts.add(text.substring(from, at));
            from = at + by.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String replaced(CelRun run, String text, String from, String to, long most) {
        var result = new StringBuilder();
        int at = 0;
        for (long count = 0; most < 0 || count < most; count++) {
            int next = text.indexOf(from, at);
            if (next < 0 || from.isEmpty() && next >= text.length()) break;
            run.chargeText((long) next - at + to.length());
            result.append(text, at, next).append(to);
            if (from.isEmpty()) result.append(text.charAt(next));
            at = next + Math.max(1, from.length());
        }
        return result.append(text.substring(Math.min(at, text.length()))).toString();
    }
}
