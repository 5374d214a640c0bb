package io.smarter.schema;

import io.smarter.json.Json;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares JSON values as data: the order of members and the way a number is written do not count. */
public final class SchemaValues {
    private static final int MAX_DIGITS = 64;

    private SchemaValues() {}

    public static boolean same(Json a, Json b) {
        return switch (a) {
            case Json.Obj(var left) -> b instanceof Json.Obj(var right) && sameMembers(left, right);
            case Json.Arr(var left) -> {
                if (!(b instanceof Json.Arr(var right)) || left.size() != right.size()) yield false;
                for (int i = 0; i < left.size(); i++) if (!same(left.get(i), right.get(i))) yield false;
                yield true;
            }
            case Json.Num(var left) ->
                b instanceof Json.Num(var right) && (left.equals(right) || sameNumber(left, right));
            default -> a.equals(b);
        };
    }

    /** Whether two objects have the same at a place, or both nothing. */
    public static boolean sameAt(Json a, Json b, String... path) {
        var left = a.at(path);
        var right = b.at(path);
        if (left == null || right == null) return left == null && right == null;
        return same(left, right);
    }

    private static boolean sameNumber(String a, String b) {
        var left = number(a);
        var right = number(b);
        return left != null && right != null && left.compareTo(right) == 0;
    }

    /** The number that a literal is, exactly; null when it is longer or larger than numbers are. */
    static @Nullable BigDecimal number(String literal) {
        if (literal.length() > MAX_DIGITS) return null;
        try {
            return new BigDecimal(literal);
        } catch (NumberFormatException e) {
            return null; // its exponent has too many digits
        }
    }

    private static boolean sameMembers(Map<String, Json> left, Map<String, Json> right) {
        if (left.size() != right.size()) return false;
        for (var member : left.entrySet()) {
            var other = right.get(member.getKey());
            if (other == null || !same(member.getValue(), other)) return false;
        }
        return true;
    }
}
