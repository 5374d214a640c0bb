package io.smarter.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression of the Common Expression Language (cel-spec, langdef), parsed; macros are expressions of their own.
 * Immutable. {@code at} is where it starts in its text.
 */
public sealed interface Cel {
    public int at();

    record Literal(@Nullable Object value, int at) implements Cel {}

    record Name(String name, int at) implements Cel {}

    /** @param optional whether an absent field gives none ({@code a.?b}) */
    record Field(Cel of, String name, boolean optional, int at) implements Cel {}

    /** {@code has(a.b)}. */
    record Has(Cel of, String name, int at) implements Cel {}

    /** @param optional whether an absent item gives none ({@code a[?b]}) */
    record Item(Cel of, Cel index, boolean optional, int at) implements Cel {}

    /** @param of what a method is called on; null for a function */
    record Call(@Nullable Cel of, String function, List<Cel> arguments, int at) implements Cel {}

    record ListOf(List<Cel> items, int at) implements Cel {}

    /** A typed object: {@code Object.spec{replicas: 1}}. */
    record Made(String type, List<String> names, List<Cel> values, int at) implements Cel {}

    /** What may be left out of a list or map: {@code [?a]}, {@code {?k: a}}. */
    record Maybe(Cel of, int at) implements Cel {}

    record MapOf(List<Cel> keys, List<Cel> values, int at) implements Cel {}

    record And(Cel left, Cel right, int at) implements Cel {}

    record Or(Cel left, Cel right, int at) implements Cel {}

    record Choice(Cel condition, Cel yes, Cel no, int at) implements Cel {}

    /**
     * A walk over a list's items or a map's keys.
     *
     * @param second the second variable; empty when there is one: then of a list the item, else its index and the item
     * @param result of {@code map} and {@code transformList}, {@code transformMap}, {@code transformMapEntry}; null for the others
     */
    record Walk(
            String macro,
            Cel over,
            String variable,
            String second,
            Cel condition,
            @Nullable Cel result,
            int at) implements Cel {}

    /** {@code cel.bind(variable, value, in)}. */
    record Bind(String variable, Cel value, Cel in, int at) implements Cel {}

    /** {@code optional.optMap(variable, result)}, or {@code optFlatMap}. */
    record OptionalMap(Cel of, String variable, Cel result, boolean flat, int at) implements Cel {}

    /** Whether a variable is used anywhere. */
    static boolean uses(Cel cel, String name) {
        return switch (cel) {
            case Literal _ -> false;
            case Name one -> one.name.equals(name);
            case Field one -> uses(one.of, name);
            case Has one -> uses(one.of, name);
            case Item one -> uses(one.of, name) || uses(one.index, name);
            case Call one -> one.of != null && uses(one.of, name) || anyUses(one.arguments, name);
            case ListOf one -> anyUses(one.items, name);
            case Maybe one -> uses(one.of, name);
            case Made one -> anyUses(one.values, name);
            case MapOf one -> anyUses(one.keys, name) || anyUses(one.values, name);
            case And one -> uses(one.left, name) || uses(one.right, name);
            case Or one -> uses(one.left, name) || uses(one.right, name);
            case Choice one -> uses(one.condition, name) || uses(one.yes, name) || uses(one.no, name);
            case Walk one ->
                uses(one.over, name) || uses(one.condition, name) || one.result != null && uses(one.result, name);
            case Bind one -> uses(one.value, name) || uses(one.in, name);
            case OptionalMap one -> uses(one.of, name) || uses(one.result, name);
        };
    }

    private static boolean anyUses(List<Cel> all, String name) {
        for (var one : all) if (uses(one, name)) return true;
        return false;
    }

    /** What is wrong with an expression, or went wrong with it. */
    final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int at;

        public Failure(int at, String message) {
            super(message, null, false, false);
            this.at = at;
        }

        /** Where in the text, from 0; -1 where that is not known. */
        public int at() {
            return at;
        }

        public String text() {
            return String.valueOf(getMessage());
        }

        /** The message with the place in the expression where it is. */
        public String pointed(String expression) {
            int place = Math.clamp(at, 0, expression.length());
            int start = expression.lastIndexOf('\n', Math.max(0, place - 1)) + 1;
            int end = expression.indexOf('\n', start) < 0 ? expression.length() : expression.indexOf('\n', start);
            long row = expression
                            .substring(0, start)
                            .chars()
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            int column = place - start + 1;
            return "ERROR: <input>:%d:%d: %s\n | %s\n | %s^"
                    .formatted(
                            row,
                            column,
                            text(),
                            expression.substring(start, Math.max(start, end)),
                            ".".repeat(Math.max(0, column - 1)));
        }
    }
}
