package io.smarter.cel;

import io.smarter.api.Names;
import java.math.BigInteger;
import java.net.URI;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Named formats of texts (Kubernetes' format library), and texts made of values ({@code 'a %s'.format([b])}). */
final class CelFormats {
    private static final int MAX_DECIMALS = 100;
    private static final Map<String, Function<String, List<String>>> NAMED = Map.ofEntries(
            Map.entry("dns1123Label", Names::label),
            Map.entry("dns1123Subdomain", Names::subdomain),
            Map.entry("dns1035Label", Names::label1035),
            Map.entry("qualifiedName", Names::qualified),
            Map.entry("dns1123LabelPrefix", text -> Names.label(prefix(text))),
            Map.entry("dns1123SubdomainPrefix", text -> Names.subdomain(prefix(text))),
            Map.entry("dns1035LabelPrefix", text -> Names.label1035(prefix(text))),
            Map.entry("labelValue", Names::labelValue),
            Map.entry("uri", text -> checked("uri", isUri(text))),
            Map.entry(
                    "uuid",
                    text -> checked("uuid", text.matches("[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"))),
            Map.entry(
                    "byte",
                    text -> checked("byte", parses(() -> Base64.getDecoder().decode(text)))),
            Map.entry("date", text -> checked("date", parses(() -> LocalDate.parse(text)))),
            Map.entry("datetime", text -> checked("date-time", parses(() -> OffsetDateTime.parse(text)))));

    private CelFormats() {}

    /** A format that texts can be held against. */
    record Format(String name, Function<String, List<String>> check) {
        /** What is wrong with a text, or none. */
        Optional<List<String>> validate(String text) {
            var problems = check.apply(text);
            return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
        }
    }

    /** Names of functions such as {@code format.dns1123Label}. */
    static boolean isFunction(String function) {
        return function.equals("format.named")
                || function.startsWith("format.") && NAMED.containsKey(function.substring("format.".length()));
    }

    static @Nullable Object call(String function, List<Object> arguments) {
        if (function.equals("format.named"))
            return arguments.size() == 1 && arguments.getFirst() instanceof String name
                    ? Optional.ofNullable(named(name))
                    : null;
        return arguments.isEmpty() ? named(function.substring("format.".length())) : null;
    }

    private static @Nullable Format named(String name) {
        var check = NAMED.get(name);
        return check == null ? null : new Format(name, check);
    }

    /** What a name that is still to be completed would be at best. */
    private static String prefix(String text) {
        return text.endsWith("-") || text.endsWith(".") ? text.substring(0, text.length() - 1) + "a" : text;
    }

    private static List<String> checked(String format, boolean fits) {
        return fits ? List.of() : List.of("must be of format " + format);
    }

    private static boolean isUri(String text) {
        return parses(() -> new URI(text)) && (URI.create(text).isAbsolute() || text.startsWith("/"));
    }

    private static boolean parses(Callable<?> reading) {
        try {
            reading.call();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    // ---- texts made of values

    /** Fills the clauses of a text, such as {@code %s} and {@code %.2f}, with values. */
    static String filled(CelRun run, String pattern, List<?> values) {
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%') {
                text.append(c);
                continue;
            }
            int decimals = -1;
            if (++i < pattern.length() && pattern.charAt(i) == '.') {
                decimals = 0;
                while (++i < pattern.length() && Character.isDigit(pattern.charAt(i)))
                    decimals = Math.min(MAX_DECIMALS, decimals * 10 + pattern.charAt(i) - '0');
            }
            if (i >= pattern.length()) throw new Cel.Failure(-1, "unexpected end of string in format clause");
            char clause = pattern.charAt(i);
            if (clause == '%') {
                text.append('%');
                continue;
            }
            if (next >= values.size()) throw new Cel.Failure(-1, "index " + next + " out of range");
            var made = made(run, clause, decimals, values.get(next++));
            run.chargeText(made.length());
            text.append(made);
        }
        return text.toString();
    }

    private static String made(CelRun run, char clause, int decimals, Object value) {
        return switch (clause) {
            case 's' -> shown(run, value);
            case 'd' -> whole(value, clause).toString();
            case 'b' ->
                value instanceof Boolean flag
                        ? (flag ? "1" : "0")
                        : whole(value, clause).toString(2);
            case 'o' -> whole(value, clause).toString(8);
            case 'x', 'X' -> {
                var hex = value instanceof String text
                        ? hex(CelTokens.Bytes.of(text))
                        : value instanceof CelTokens.Bytes bytes
                                ? hex(bytes)
                                : whole(value, clause).toString(16);
                yield clause == 'x' ? hex : hex.toUpperCase(Locale.ROOT);
            }
            case 'f', 'e' -> {
                if (!(value instanceof Double || value instanceof Long)) throw unfit(clause);
                yield String.format(Locale.ROOT, "%." + (decimals < 0 ? 6 : decimals) + clause, CelValues.real(value));
            }
            default ->
                throw new Cel.Failure(
                        -1, "could not parse formatting clause: unrecognized formatting clause \"" + clause + '"');
        };
    }

    private static String hex(CelTokens.Bytes bytes) {
        return java.util.HexFormat.of().formatHex(bytes.latin().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private static BigInteger whole(Object value, char clause) {
        return switch (value) {
            case Long number -> BigInteger.valueOf(number);
            case CelTokens.Unsigned number -> new BigInteger(Long.toUnsignedString(number.bits()));
            default -> throw unfit(clause);
        };
    }

    private static Cel.Failure unfit(char clause) {
        return new Cel.Failure(-1, "error during formatting: %" + clause + " does not take such a value");
    }

    private static String shown(CelRun run, Object value) {
        run.charge(1);
        return switch (value) {
            case List<?> list -> {
                var parts = new ArrayList<String>();
                for (var item : list) parts.add(shown(run, item));
                yield "[" + String.join(", ", parts) + "]";
            }
            case Map<?, ?> map -> {
                var parts = new ArrayList<String>();
                for (var entry : map.entrySet())
                    parts.add(shown(run, entry.getKey()) + ": " + shown(run, entry.getValue()));
                parts.sort(null);
                yield "{" + String.join(", ", parts) + "}";
            }
            case CelRecord record -> shown(run, record.fields());
            case io.smarter.json.Json.Null _ -> "null";
            case CelFunctions.Type type -> type.name();
            default -> CelFunctions.text(run, value);
        };
    }

    /** A text as it would be written in an expression. */
    static String quoted(String text) {
        return io.smarter.json.Json.of(text).compact();
    }
}
