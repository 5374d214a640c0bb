package io.smarter.cel;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of an expression, one after the other (cel-spec, "Lexis"). Used by one thread. */
final class CelTokens {
    private static final List<String> SYMBOLS = List.of(
            "<=", ">=", "==", "!=", "&&", "||", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "*", "/",
            "%", "<", ">", "!");

    private enum Kind {
        NAME,
        SYMBOL,
        LITERAL,
        END
    }

    private final String text;
    private int at;
    private int end;
    private Kind kind = Kind.END;
    private String symbol = "";
    private boolean minus;
    private @Nullable Object value;

    CelTokens(String text) {
        this.text = text;
        next();
    }

    /** Bytes, which are equal when their contents are. */
    record Bytes(String latin) {
        static Bytes of(byte[] bytes) {
            return new Bytes(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        static Bytes of(String text) {
            return of(text.getBytes(StandardCharsets.UTF_8));
        }

        String text() {
            return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }

    /** An unsigned number. */
    record Unsigned(long bits) {}

    int at() {
        return at;
    }

    boolean isEnd() {
        return kind == Kind.END;
    }

    String text() {
        return text.substring(at, end);
    }

    boolean is(String wanted) {
        return kind == Kind.SYMBOL && symbol.equals(wanted);
    }

    boolean take(String wanted) {
        if (!is(wanted)) return false;
        next();
        return true;
    }

    /** The symbol, or the word {@code in}; empty for others. */
    String operator() {
        if (kind == Kind.SYMBOL) return symbol;
        return kind == Kind.NAME && text().equals("in") ? "in" : "";
    }

    boolean isLiteral() {
        return kind == Kind.LITERAL;
    }

    @Nullable
    Object literal() {
        var read = value;
        next();
        return read;
    }

    @Nullable
    String name() {
        if (kind != Kind.NAME) return null;
        var name = text();
        next();
        return name;
    }

    void next() {
        minus = is("-");
        at = end;
        while (at < text.length()) {
            if (text.startsWith("//", at)) {
                int line = text.indexOf('\n', at);
                at = line < 0 ? text.length() : line;
            } else if (Character.isWhitespace(text.charAt(at))) at++;
            else break;
        }
        end = at;
        if (at == text.length()) {
            kind = Kind.END;
            return;
        }
        char c = text.charAt(at);
        boolean fraction = c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
        if (isDigit(c) || fraction) number();
        else if (quoteAt(at) >= 0) string();
        else if (Character.isLetter(c) || c == '_') word();
        else symbol();
    }

    private void symbol() {
        for (var one : SYMBOLS) {
            if (!text.startsWith(one, at)) continue;
            symbol = one;
            kind = Kind.SYMBOL;
            end = at + one.length();
            return;
        }
        throw new Cel.Failure(at, "Syntax error: token recognition error at: '" + text.charAt(at) + "'");
    }

    private void word() {
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) end++;
        kind = Kind.LITERAL;
        switch (text()) {
            case "true" -> value = true;
            case "false" -> value = false;
            case "null" -> value = null;
            default -> kind = Kind.NAME;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void number() {
        kind = Kind.LITERAL;
        boolean hex = text.startsWith("0x", at);
        boolean real = false;
        if (hex) end = at + 2;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (hex ? Character.digit(c, 16) >= 0 : isDigit(c)) end++;
            else if (!hex && c == '.' && end + 1 < text.length() && isDigit(text.charAt(end + 1))) {
                real = true;
                end++;
            } else if (!hex && (c == 'e' || c == 'E')) {
                real = true;
                end++;
                if (end < text.length() && (text.charAt(end) == '+' || text.charAt(end) == '-')) end++;
            } else break;
        }
        try {
            boolean unsigned = !real && end < text.length() && (text.charAt(end) | 0x20) == 'u';
            var digits = hex ? text.substring(at + 2, end) : text();
            if (real) value = Double.parseDouble(digits);
            else if (unsigned) value = new Unsigned(Long.parseUnsignedLong(digits, hex ? 16 : 10));
            else value = Long.parseLong((isSmallest(digits, hex) ? "-" : "") + digits, hex ? 16 : 10);
            if (unsigned) end++;
        } catch (NumberFormatException e) {
            throw new Cel.Failure(at, "invalid number " + text());
        }
    }

    /** Whether these digits are a number only with the minus that stands before them. */
    private boolean isSmallest(String digits, boolean hex) {
        return minus && digits.equals(hex ? "8000000000000000" : "9223372036854775808");
    }

    // ---- strings

    /** Where the quote is when a string starts here, after letters for raw text and bytes; -1 for no string. */
    private int quoteAt(int from) {
        int i = from;
        while (i < text.length() && i - from < 2 && "rRbB".indexOf(text.charAt(i)) >= 0) i++;
        return i < text.length() && (text.charAt(i) == '"' || text.charAt(i) == '\'') ? i : -1;
    }

    private void string() {
        int open = quoteAt(at);
        var prefix = text.substring(at, open).toLowerCase(java.util.Locale.ROOT);
        boolean binary = prefix.contains("b");
        var quote = text.substring(open, open + 1);
        if (text.startsWith(quote.repeat(3), open)) quote = quote.repeat(3);
        var read = new StringBuilder();
        int i = open + quote.length();
        while (!text.startsWith(quote, i)) {
            if (i >= text.length())
                throw new Cel.Failure(at, "Syntax error: token recognition error at: '" + quote + "'");
            char c = text.charAt(i);
            if (c == '\\' && !prefix.contains("r")) i = escape(i + 1, read);
            else {
                var plain = Character.toString(text.codePointAt(i));
                read.append(binary ? Bytes.of(plain).latin() : plain);
                i += plain.length();
            }
        }
        if (binary && read.chars().anyMatch(one -> one > 0xff))
            throw new Cel.Failure(at, "Syntax error: bad escape in bytes");
        end = i + quote.length();
        kind = Kind.LITERAL;
        value = binary ? new Bytes(read.toString()) : read.toString();
    }

    private int escape(int i, StringBuilder to) {
        if (i >= text.length()) throw new Cel.Failure(at, "Syntax error: unterminated string");
        char c = text.charAt(i);
        int plain = "abfnrtv\\'\"`?".indexOf(c);
        if (plain >= 0) {
            to.append("\u0007\b\f\n\r\t\u000b\\'\"`?".charAt(plain));
            return i + 1;
        }
        int digits = switch (c) {
            case 'x', 'X' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 3;
        };
        int from = digits == 3 ? i : i + 1;
        try {
            var code = text.substring(from, Math.min(text.length(), from + digits));
            to.appendCodePoint(Integer.parseInt(code, digits == 3 ? 8 : 16));
        } catch (IllegalArgumentException e) {
            throw new Cel.Failure(i, "Syntax error: bad escape in string");
        }
        return from + digits;
    }
}
