package io.smarter.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A pattern that a client wrote, compiled. What it may come to is bounded before, as repetition makes much of little text.
 *
 * @param size about how many steps it has
 */
public record Regex(Pattern pattern, long size) {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_SIZE = 20_000;

    public static Regex of(String text) throws PatternSyntaxException {
        long size = size(text);
        if (size > MAX_SIZE) throw new PatternSyntaxException("expression is too large");
        return new Regex(Pattern.compile(text), size);
    }

    /**
     * How many steps a pattern comes to: one for each character and each bracket, times the repetitions of what it is in,
     * and one for each repetition, where it may be the last.
     */
    static long size(String text) {
        if (text.length() > MAX_LENGTH) return Integer.MAX_VALUE;
        var groups = new long[text.length() + 1]; // how large each open one is so far
        int depth = 0;
        long last = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                groups[++depth] = 0;
                continue;
            }
            if (c == '{') last = (last + 1) * (repetitions(text, i) - 1);
            else last = c == ')' && depth > 0 ? groups[depth--] + 2 : 1;
            groups[depth] = Math.min(Integer.MAX_VALUE, groups[depth] + last);
            i = plain(text, i);
        }
        long size = 0;
        for (int i = 0; i <= depth; i++) size += groups[i];
        return size;
    }

    /** The last character of what stands for itself and begins here: what is escaped, or a set. */
    private static int plain(String text, int at) {
        if (text.startsWith("\\Q", at)) {
            int end = text.indexOf("\\E", at);
            return end < 0 ? text.length() : end + 1;
        }
        if (text.charAt(at) == '\\') return at + 1;
        if (text.charAt(at) != '[') return at;
        int i = at + 1;
        if (text.startsWith("^", i)) i++;
        if (text.startsWith("]", i)) i++;
        while (i < text.length() && text.charAt(i) != ']') {
            int named = text.startsWith("[:", i) ? text.indexOf(":]", i) : -1;
            i = named >= 0 ? named + 2 : text.charAt(i) == '\\' ? i + 2 : i + 1;
        }
        return i;
    }

    /** The larger number in braces, such as 5 in {@code {2,5}}; 1 when there is none. */
    private static long repetitions(String text, int brace) {
        long most = 1;
        long number = 0;
        for (int i = brace + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') number = Math.min(Short.MAX_VALUE, number * 10 + c - '0');
            else if (c == ',' || c == '}') {
                most = Math.max(most, number);
                number = 0;
                if (c == '}') return most;
            } else return 1;
        }
        return 1;
    }
}
