package io.smarter.cel;

import com.google.re2j.Pattern;
import io.smarter.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators and functions of expressions: the standard ones (cel-spec, "List of Standard Definitions"). */
final class CelFunctions {
    private static final Set<String> TYPES = Set.of(
            "bool",
            "bytes",
            "double",
            "duration",
            "int",
            "list",
            "map",
            "null_type",
            "string",
            "timestamp",
            "type",
            "uint");

    /** Those that are called with their name in front, for the check of new expressions. */
    static final Set<String> NAMES = Set.of(
            "!",
            "negative",
            "<",
            "<=",
            ">",
            ">=",
            "==",
            "!=",
            "in",
            "+",
            "-",
            "*",
            "/",
            "%",
            "size",
            "int",
            "uint",
            "double",
            "string",
            "bool",
            "bytes",
            "timestamp",
            "duration",
            "type",
            "dyn",
            "matches",
            "sets.contains",
            "sets.equivalent",
            "sets.intersects",
            "optional.of",
            "optional.none",
            "optional.ofNonZeroValue",
            "quantity",
            "isQuantity",
            "url",
            "isURL",
            "isIP",
            "isCIDR",
            "ip",
            "cidr",
            "ip.isCanonical",
            "strings.quote",
            "jsonpatch.escapeKey",
            "math.greatest",
            "math.least",
            "contains",
            "startsWith",
            "endsWith");

    private static final Pattern DURATION = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");

    private CelFunctions() {}

    /** A type as a value. */
    record Type(String name) {}

    static @Nullable Object type(String name) {
        return TYPES.contains(name) ? new Type(name) : null;
    }

    static Cel.Failure noOverload(String function) {
        return new Cel.Failure(-1, "no such overload: " + function);
    }

    static Object call(CelRun run, String function, List<Object> values) {
        var first = values.isEmpty() ? Json.Null.NULL : values.getFirst();
        if (values.size() == 2) {
            var second = values.get(1);
            switch (function) {
                case "==" -> {
                    return CelValues.same(run, first, second);
                }
                case "!=" -> {
                    return !CelValues.same(run, first, second);
                }
                case "<" -> {
                    return CelValues.compare(run, first, second) < 0;
                }
                case "<=" -> {
                    return CelValues.compare(run, first, second) <= 0;
                }
                case ">" -> {
                    return CelValues.compare(run, first, second) > 0;
                }
                case ">=" -> {
                    return CelValues.compare(run, first, second) >= 0;
                }
                case "in" -> {
                    return isIn(run, first, second);
                }
                case "+", "-", "*", "/", "%" -> {
                    return CelValues.arithmetic(run, function, first, second);
                }
                default -> {}
            }
        }
        return switch (function) {
            case "!" -> {
                if (first instanceof Boolean flag) yield !flag;
                throw noOverload("!");
            }
            case "negative" ->
                switch (first) {
                    case Long number -> Math.negateExact(number);
                    case Double number -> -number;
                    default -> throw noOverload("-");
                };
            case "dyn" -> first;
            case "type" -> new Type(CelValues.typeName(first));
            case "int", "uint", "double", "string", "bool", "bytes", "timestamp", "duration" ->
                converted(run, function, first);
            case "optional.none" -> Optional.empty();
            case "optional.of" -> Optional.of(first);
            case "optional.ofNonZeroValue" -> CelValues.isZero(first) ? Optional.empty() : Optional.of(first);
            case "sets.contains", "sets.equivalent", "sets.intersects" -> sets(run, function, values);
            case "math.greatest", "math.least" -> extreme(run, function, values);
            case "ip" -> first instanceof CelAddresses.Cidr cidr ? cidr.ip() : CelAddresses.ip(string(first, function));
            case "cidr" -> CelAddresses.cidr(string(first, function));
            case "ip.isCanonical" -> {
                var text = string(first, function);
                yield CelAddresses.text(CelAddresses.ip(text)).equals(text);
            }
            case "jsonpatch.escapeKey" ->
                string(first, function).replace("~", "~0").replace("/", "~1");
            case "strings.quote" -> CelFormats.quoted(string(first, function));
            default -> {
                var format = CelFormats.isFunction(function) ? CelFormats.call(function, values) : null;
                if (format != null) yield format;
                yield CelExtras.NAMES.contains(function)
                        ? CelExtras.call(function, values)
                        : method(run, function, values);
            }
        };
    }

    private static boolean isIn(CelRun run, Object wanted, Object in) {
        return switch (in) {
            case Map<?, ?> map -> CelValues.isKey(wanted) && map.containsKey(wanted);
            case CelRecord typed ->
                wanted instanceof String name && typed.fields().containsKey(name);
            case List<?> list -> {
                for (var item : list) if (CelValues.same(run, wanted, item)) yield true;
                yield false;
            }
            default -> throw noOverload("in");
        };
    }

    private static boolean sets(CelRun run, String function, List<Object> values) {
        if (values.size() != 2 || !(values.get(0) instanceof List<?> left) || !(values.get(1) instanceof List<?> right))
            throw noOverload(function);
        return switch (function) {
            case "sets.contains" -> right.stream().allMatch(item -> isIn(run, item, left));
            case "sets.intersects" -> right.stream().anyMatch(item -> isIn(run, item, left));
            default ->
                right.stream().allMatch(item -> isIn(run, item, left))
                        && left.stream().allMatch(item -> isIn(run, item, right));
        };
    }

    private static Object extreme(CelRun run, String function, List<Object> values) {
        var all =
                values.size() == 1 && values.getFirst() instanceof List<?> list ? new ArrayList<Object>(list) : values;
        if (all.isEmpty()) throw noOverload(function);
        var best = all.getFirst();
        for (var one : all) {
            int order = CelValues.compare(run, one, best);
            if (function.equals("math.least") ? order < 0 : order > 0) best = one;
        }
        return best;
    }

    // ---- conversions

    private static Object converted(CelRun run, String type, Object value) {
        try {
            return switch (type) {
                case "int" -> whole(value);
                case "uint" -> unsigned(value);
                case "double" ->
                    switch (value) {
                        case Long _, Double _, CelTokens.Unsigned _ -> CelValues.real(value);
                        case String text -> Double.parseDouble(text);
                        default -> throw noOverload("double");
                    };
                case "string" -> text(run, value);
                case "bool" ->
                    switch (value) {
                        case Boolean flag -> flag;
                        case String text when text.equals("true") || text.equals("1") -> true;
                        case String text when text.equals("false") || text.equals("0") -> false;
                        default -> throw noOverload("bool");
                    };
                case "timestamp" -> value instanceof Instant ? value : timestamp(string(value, type));
                case "duration" -> value instanceof Duration ? value : duration(string(value, type));
                default -> value instanceof CelTokens.Bytes ? value : CelTokens.Bytes.of(string(value, type));
            };
        } catch (NumberFormatException e) {
            throw new Cel.Failure(-1, "type conversion error from 'string' to '" + type + "'");
        }
    }

    private static Object whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case CelTokens.Unsigned number -> {
                if (number.bits() < 0) throw new ArithmeticException("overflow");
                yield number.bits();
            }
            case Double number -> {
                if (Math.abs(number) >= 0x1p63 || number.isNaN()) throw new ArithmeticException("overflow");
                yield number.longValue();
            }
            case String text -> Long.parseLong(text);
            case Instant time -> time.getEpochSecond();
            default -> throw noOverload("int");
        };
    }

    private static CelTokens.Unsigned unsigned(Object value) {
        return switch (value) {
            case CelTokens.Unsigned number -> number;
            case Long number -> CelValues.unsigned(BigInteger.valueOf(number));
            case Double number -> {
                if (number.isNaN() || number.isInfinite()) throw new ArithmeticException("overflow");
                yield CelValues.unsigned(new BigDecimal(number).toBigInteger());
            }
            case String text -> new CelTokens.Unsigned(Long.parseUnsignedLong(text));
            default -> throw noOverload("uint");
        };
    }

    private static String string(Object value, String function) {
        if (value instanceof String text) return text;
        throw noOverload(function);
    }

    static String text(CelRun run, Object value) {
        var text = switch (value) {
            case String given -> given;
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString(number.longValue())
                        : number.toString();
            case CelTokens.Unsigned number -> Long.toUnsignedString(number.bits());
            case Duration duration -> seconds(duration);
            case CelTokens.Bytes bytes -> bytes.text();
            case CelAddresses.Ip ip -> CelAddresses.text(ip);
            case CelAddresses.Cidr cidr -> CelAddresses.text(cidr);
            case Long _, Boolean _, Instant _ -> value.toString();
            default -> throw noOverload("string");
        };
        run.chargeText(text.length());
        return text;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString() + "s";
    }

    static Instant timestamp(String text) {
        try {
            return text.length() == 10
                    ? Instant.parse(text + "T00:00:00Z")
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new Cel.Failure(-1, "type conversion error from 'string' to 'timestamp'");
        }
    }

    /** As Go writes it, such as {@code 1h30m}. */
    static Duration duration(String text) {
        var match = DURATION.matcher(text);
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.substring(at).equals("0")) return Duration.ZERO;
        var nanos = BigDecimal.ZERO;
        int from = at;
        while (from < text.length() && match.find(from) && match.start() == from && match.end() - from < 32) {
            long unit = switch (match.group(2)) {
                case "h" -> 3_600_000_000_000L;
                case "m" -> 60_000_000_000L;
                case "s" -> 1_000_000_000L;
                case "ms" -> 1_000_000L;
                case "us", "µs" -> 1_000L;
                default -> 1L;
            };
            nanos = nanos.add(new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit)));
            from = match.end();
        }
        if (from < text.length() || from == at)
            throw new Cel.Failure(-1, "type conversion error from 'string' to 'duration'");
        return Duration.ofNanos(
                (text.startsWith("-") ? nanos.negate() : nanos).toBigInteger().longValueExact());
    }

    // ---- methods

    static Object method(CelRun run, String name, List<Object> values) {
        if (values.isEmpty()) throw new Cel.Failure(-1, "undeclared reference to '" + name + "'");
        if (name.equals("size") && values.size() == 1) return CelValues.size(values.getFirst());
        var arguments = values.subList(1, values.size());
        var found = switch (values.getFirst()) {
            case String text -> CelText.call(run, text, name, arguments);
            case List<?> list -> CelLists.call(run, list, name, arguments);
            case Optional<?> optional -> optional(optional, name, arguments);
            case Instant time -> CelTimes.of(time, name, arguments);
            case Duration duration -> CelTimes.of(duration, name);
            default -> CelExtras.method(run, values.getFirst(), name, arguments);
        };
        if (found == null) throw noOverload(name);
        return found;
    }

    private static @Nullable Object optional(Optional<?> optional, String name, List<Object> arguments) {
        return switch (name) {
            case "hasValue" -> optional.isPresent();
            case "value" -> {
                if (optional.isEmpty()) throw new Cel.Failure(-1, "optional.none() dereference");
                yield optional.get();
            }
            case "orValue" ->
                arguments.size() == 1 ? (optional.isPresent() ? optional.get() : arguments.getFirst()) : null;
            case "or" -> arguments.size() == 1 ? (optional.isPresent() ? optional : arguments.getFirst()) : null;
            default -> null;
        };
    }
}
