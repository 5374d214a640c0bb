package io.smarter.cel;

import io.smarter.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares and combines the values of expressions. */
final class CelValues {
    private CelValues() {}

    static boolean same(CelRun run, Object a, Object b) {
        run.charge(1);
        if (isNumber(a) && isNumber(b)) return !isNaN(a) && !isNaN(b) && order(a, b) == 0;
        return switch (a) {
            case String left
            when b instanceof String right -> {
                run.chargeText(Math.min(left.length(), right.length()));
                yield left.equals(right);
            }
            case List<?> left
            when b instanceof List<?> right -> {
                if (left.size() != right.size()) yield false;
                for (int i = 0; i < left.size(); i++) if (!same(run, left.get(i), right.get(i))) yield false;
                yield true;
            }
            case Map<?, ?> left when b instanceof Map<?, ?> right -> sameMembers(run, left, right);
            case CelRecord left when b instanceof CelRecord right -> sameMembers(run, left.fields(), right.fields());
            case Optional<?> left
            when b instanceof Optional<?> right ->
                left.isPresent() == right.isPresent() && (left.isEmpty() || same(run, left.get(), right.get()));
            default -> a.equals(b);
        };
    }

    private static boolean sameMembers(CelRun run, Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) return false;
        for (var entry : left.entrySet()) {
            var other = right.get(entry.getKey());
            if (other == null || !same(run, entry.getValue(), other)) return false;
        }
        return true;
    }

    private static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof CelTokens.Unsigned;
    }

    private static boolean isNaN(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    /** Whether a map may have it as a key: nothing else, as what has parts takes unbounded time to hash. */
    static boolean isKey(Object value) {
        return value instanceof String
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof CelTokens.Unsigned;
    }

    /** As the numbers are, whatever their types (cel-spec, "Numeric Values"). */
    private static int order(Object a, Object b) {
        if (a instanceof Long left && b instanceof Long right) return Long.compare(left, right);
        if (a instanceof Double left && b instanceof Double right) return left < right ? -1 : left > right ? 1 : 0;
        if (a instanceof Double left && left.isInfinite()) return left > 0 ? 1 : -1;
        if (b instanceof Double right && right.isInfinite()) return right > 0 ? -1 : 1;
        return exact(a).compareTo(exact(b));
    }

    /** A finite number. */
    private static BigDecimal exact(Object number) {
        return switch (number) {
            case Long whole -> BigDecimal.valueOf(whole);
            case CelTokens.Unsigned(long bits) -> new BigDecimal(Long.toUnsignedString(bits));
            default -> new BigDecimal((Double) number);
        };
    }

    static double real(Object number) {
        return number instanceof Double real ? real : exact(number).doubleValue();
    }

    /** Throws {@link ArithmeticException} for what no unsigned number can be. */
    static CelTokens.Unsigned unsigned(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > Long.SIZE) throw new ArithmeticException("overflow");
        return new CelTokens.Unsigned(number.longValue());
    }

    static int compare(CelRun run, Object a, Object b) {
        if (isNaN(a) || isNaN(b)) throw new Cel.Failure(-1, "NaN values cannot be ordered");
        if (isNumber(a) && isNumber(b)) return order(a, b);
        return switch (a) {
            case String left
            when b instanceof String right -> {
                run.chargeText(Math.min(left.length(), right.length()));
                yield left.compareTo(right);
            }
            case Boolean left when b instanceof Boolean right -> left.compareTo(right);
            case Instant left when b instanceof Instant right -> left.compareTo(right);
            case Duration left when b instanceof Duration right -> left.compareTo(right);
            default -> throw CelFunctions.noOverload("comparison");
        };
    }

    static Object arithmetic(CelRun run, String operator, Object a, Object b) {
        return switch (a) {
            case Long left when b instanceof Long right -> whole(operator, left, right);
            case Double left when b instanceof Double right -> real(operator, left, right);
            case CelTokens.Unsigned left
            when b instanceof CelTokens.Unsigned right ->
                unsigned(operator, exact(left).toBigInteger(), exact(right).toBigInteger());
            case String left
            when b instanceof String right && operator.equals("+") -> {
                run.chargeText((long) left.length() + right.length());
                yield left + right;
            }
            case List<?> left
            when b instanceof List<?> right && operator.equals("+") -> {
                run.charge((long) left.size() + right.size());
                var joined = new ArrayList<Object>(left);
                joined.addAll(right);
                yield joined;
            }
            default -> times(operator, a, b);
        };
    }

    private static void checkDivisor(String operator, boolean isZero) {
        if (isZero && (operator.equals("/") || operator.equals("%")))
            throw new Cel.Failure(-1, operator.equals("/") ? "division by zero" : "modulus by zero");
    }

    private static CelTokens.Unsigned unsigned(String operator, BigInteger a, BigInteger b) {
        checkDivisor(operator, b.signum() == 0);
        return unsigned(
                switch (operator) {
                    case "+" -> a.add(b);
                    case "-" -> a.subtract(b);
                    case "*" -> a.multiply(b);
                    case "/" -> a.divide(b);
                    default -> a.mod(b);
                });
    }

    private static Object whole(String operator, long a, long b) {
        checkDivisor(operator, b == 0);
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "/" -> Math.divideExact(a, b);
            default -> a % b;
        };
    }

    private static Object real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            default -> throw CelFunctions.noOverload(operator);
        };
    }

    private static Object times(String operator, Object a, Object b) {
        if (operator.equals("+")) {
            if (a instanceof Instant time && b instanceof Duration duration) return time.plus(duration);
            if (a instanceof Duration duration && b instanceof Instant time) return time.plus(duration);
            if (a instanceof Duration left && b instanceof Duration right) return left.plus(right);
        }
        if (operator.equals("-")) {
            if (a instanceof Instant time && b instanceof Duration duration) return time.minus(duration);
            if (a instanceof Instant left && b instanceof Instant right) return Duration.between(right, left);
            if (a instanceof Duration left && b instanceof Duration right) return left.minus(right);
        }
        throw CelFunctions.noOverload("_" + operator + "_");
    }

    static long size(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case CelRecord typed -> typed.fields().size();
            case CelTokens.Bytes bytes -> bytes.latin().length();
            default -> throw CelFunctions.noOverload("size");
        };
    }

    static boolean isZero(Object value) {
        return switch (value) {
            case String text -> text.isEmpty();
            case Long number -> number == 0;
            case Double number -> number == 0;
            case Boolean flag -> !flag;
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case CelRecord typed -> typed.fields().isEmpty();
            case Json.Null _ -> true;
            default -> false;
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case String _ -> "string";
            case Long _ -> "int";
            case CelTokens.Unsigned _ -> "uint";
            case Double _ -> "double";
            case Boolean _ -> "bool";
            case List<?> _ -> "list";
            case Map<?, ?> _, CelRecord _ -> "map";
            case CelTokens.Bytes _ -> "bytes";
            case Instant _ -> "timestamp";
            case Duration _ -> "duration";
            case CelFunctions.Type _ -> "type";
            case Json.Null _ -> "null_type";
            default -> "dyn";
        };
    }
}
