package io.smarter.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses objects by the values of some of their fields (Kubernetes "Field Selectors"). All terms must hold. Immutable. */
public record FieldSelector(List<Term> terms) {
    /** Every object. */
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private static final int MAX_LENGTH = 16 << 10;

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    /** @param equal whether the field must have the value, or must not */
    public record Term(String field, boolean equal, String value) {
        @Override
        public String toString() {
            var escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
            return field + (equal ? "=" : "!=") + escaped;
        }
    }

    /** Reads the text form, as {@code spec.nodeName=cam1,status.phase!=Failed}; {@code \} escapes a sign in a value. */
    public static FieldSelector parse(String text) throws SelectorException {
        if (text.length() > MAX_LENGTH)
            throw new SelectorException(
                    "a selector may have %d characters, this one has %d".formatted(MAX_LENGTH, text.length()));
        var terms = new ArrayList<Term>();
        for (int start = 0; start < text.length(); ) {
            int end = endOfTerm(text, start);
            if (end > start) terms.add(term(text.substring(start, end)));
            start = end + 1;
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(terms);
    }

    /** One field with one value. */
    public static FieldSelector equal(String field, String value) {
        return new FieldSelector(List.of(new Term(field, true, value)));
    }

    /** @param values gives a field's value, empty when the object has none */
    public boolean matches(UnaryOperator<String> values) {
        for (var term : terms) if (values.apply(term.field).equals(term.value) != term.equal) return false;
        return true;
    }

    /** The value that a field must have, or null when the selector asks for none. */
    public @Nullable String required(String field) {
        for (var term : terms) if (term.equal && term.field.equals(field)) return term.value;
        return null;
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** The text form. */
    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }

    private static int endOfTerm(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != ',') end += text.charAt(end) == '\\' ? 2 : 1;
        return Math.min(end, text.length());
    }

    private static Term term(String text) throws SelectorException {
        int equals = text.indexOf('=');
        if (equals < 1)
            throw new SelectorException("invalid selector: '" + text + "'; can't understand '" + text + "'");
        boolean not = text.charAt(equals - 1) == '!';
        var field = text.substring(0, not ? equals - 1 : equals);
        int value = equals + 1;
        if (!not && value < text.length() && text.charAt(value) == '=') value++;
        return new Term(field, !not, unescaped(text.substring(value)));
    }

    private static String unescaped(String value) throws SelectorException {
        var plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                if (++i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0)
                    throw new SelectorException("invalid field selector: invalid escape sequence in '" + value + "'");
                c = value.charAt(i);
            } else if (c == '=') {
                throw new SelectorException("invalid field selector: unescaped '=' in '" + value + "'");
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
