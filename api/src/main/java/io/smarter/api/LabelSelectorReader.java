package io.smarter.api;

import io.smarter.api.LabelSelector.Operator;
import io.smarter.api.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the text form of label selectors. Used once, by one thread. */
final class LabelSelectorReader {
    private static final int MAX_LENGTH = 16 << 10;
    private static final String SIGNS = "=!<>(),";

    private final String text;
    private int at;

    LabelSelectorReader(String text) {
        this.text = text;
    }

    List<Requirement> requirements() throws SelectorException {
        if (text.length() > MAX_LENGTH)
            throw new SelectorException(
                    "a selector may have %d characters, this one has %d".formatted(MAX_LENGTH, text.length()));
        var requirements = new ArrayList<Requirement>();
        if (peek().isEmpty()) return requirements;
        while (true) {
            requirements.add(requirement());
            var token = next();
            if (token.isEmpty()) return requirements;
            if (!token.equals(",")) throw expected(token, "',' or 'end of string'");
            if (!isWord(peek()) && !peek().equals("!")) throw expected(peek(), "identifier after ','");
        }
    }

    private Requirement requirement() throws SelectorException {
        if (peek().equals("!")) {
            next();
            return new Requirement(word(), Operator.ABSENT, Set.of());
        }
        var key = word();
        var sign = peek();
        if (sign.isEmpty() || sign.equals(",")) return new Requirement(key, Operator.EXISTS, Set.of());
        next();
        return switch (sign) {
            case "=", "==" -> new Requirement(key, Operator.IN, Set.of(value()));
            case "!=" -> new Requirement(key, Operator.NOT_IN, Set.of(value()));
            case ">" -> new Requirement(key, Operator.GREATER, Set.of(value()));
            case "<" -> new Requirement(key, Operator.LESS, Set.of(value()));
            case "in" -> new Requirement(key, Operator.IN, values());
            case "notin" -> new Requirement(key, Operator.NOT_IN, values());
            default -> throw expected(sign, "in, notin, =, ==, !=, gt, lt");
        };
    }

    private String word() throws SelectorException {
        var token = next();
        if (!isWord(token)) throw expected(token, "identifier");
        return token;
    }

    /** One value; none at all means the empty string. */
    private String value() throws SelectorException {
        var token = peek();
        if (token.isEmpty() || token.equals(",")) return "";
        return word();
    }

    private Set<String> values() throws SelectorException {
        if (!next().equals("(")) throw expected(text.substring(Math.min(at, text.length())), "'('");
        var values = new LinkedHashSet<String>();
        while (true) {
            var token = next();
            if (isWord(token)) {
                values.add(token);
                token = next();
            } else if (token.equals(",") || token.equals(")")) {
                values.add("");
            }
            if (token.equals(")")) return values;
            if (!token.equals(",")) throw expected(token, "',' or ')'");
        }
    }

    private String peek() {
        int before = at;
        var token = next();
        at = before;
        return token;
    }

    /** The next word or sign; empty at the end. */
    private String next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        if (at >= text.length()) return "";
        int start = at++;
        char first = text.charAt(start);
        if (isSign(first)) {
            boolean two = (first == '=' || first == '!') && at < text.length() && text.charAt(at) == '=';
            if (two) at++;
        } else {
            while (at < text.length() && !isSign(text.charAt(at)) && !Character.isWhitespace(text.charAt(at))) at++;
        }
        return text.substring(start, at);
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && !isSign(token.charAt(0));
    }

    private static boolean isSign(char c) {
        return SIGNS.indexOf(c) >= 0;
    }

    private static SelectorException expected(String found, String expected) {
        return new SelectorException("unable to parse requirement: found '" + found + "', expected: " + expected);
    }
}
