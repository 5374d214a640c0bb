package io.smarter.gateway;

import java.util.List;
import java.util.Map;

/** Replaces {@code $(NAME)} as Kubernetes does: {@code $$} gives {@code $}, and what is not known stays as it is. */
final class Expansion {
    private Expansion() {}

    static List<String> expand(List<String> texts, Map<String, String> values) {
        return texts.stream().map(text -> expand(text, values)).toList();
    }

    static String expand(String text, Map<String, String> values) {
        var out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                out.append(c);
                at++;
            } else {
                at = reference(text, at, values, out);
            }
        }
        return out.toString();
    }

    private static int reference(String text, int at, Map<String, String> values, StringBuilder out) {
        char next = text.charAt(at + 1);
        if (next == '$') {
            out.append('$');
            return at + 2;
        }
        int end = next == '(' ? text.indexOf(')', at + 2) : -1;
        if (end < 0) {
            out.append('$').append(next);
            return at + 2;
        }
        var value = values.get(text.substring(at + 2, end));
        out.append(value == null ? text.substring(at, end + 1) : value);
        return end + 1;
    }
}
