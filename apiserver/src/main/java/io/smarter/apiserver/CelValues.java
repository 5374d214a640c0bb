package io.smarter.apiserver;

import io.smarter.json.Json;
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
        if (isNumber(a) && isNumber(b)) return order(a, b) == 0;
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

    private static int order(Object a, Object b) {
        if (a instanceof Long left && b instanceof Long right) return Long.compare(left, right);
        if (a instanceof CelTokens.Unsigned left && b instanceof CelTokens.Unsigned right)
            return Long.compareUnsigned(left.bits(), right.bits());
        double left = real(a);
        double right = real(b);
        return left < right ? -1 : left > right ? 1 : left == right ? 0 : 2;
    }

    private static double real(Object value) {
        return value instanceof CelTokens.Unsigned unsigned
                ? new java.math.BigDecimal(Long.toUnsignedString(unsigned.bits())).doubleValue()
                : ((Number) value).doubleValue();
    }

    static int compare(CelRun run, Object a, Object b) {
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
                new CelTokens.Unsigned((Long) whole(operator, left.bits(), right.bits()));
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

    private static Object whole(String operator, long a, long b) {
        if (b == 0 && (operator.equals("/") || operator.equals("%")))
            throw new Cel.Failure(-1, operator.equals("/") ? "division by zero" : "modulus by zero");
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
