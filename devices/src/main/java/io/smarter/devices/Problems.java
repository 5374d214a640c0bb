package io.smarter.devices;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong in a file of rules; keeps the first hundred. Used by one thread. */
final class Problems {
    private static final int MAX_KEPT = 100;
    private static final int MAX_SHOWN = 60;

    private final List<Problem> kept = new ArrayList<>();
    private int count;

    void add(int line, String text) {
        count++;
        if (kept.size() < MAX_KEPT) kept.add(new Problem(line, text));
        else kept.set(MAX_KEPT - 1, new Problem(line, "and %d problems more".formatted(count - MAX_KEPT + 1)));
    }

    /** How many there were so far, kept or not. */
    int count() {
        return count;
    }

    List<Problem> all() {
        return List.copyOf(kept);
    }

    /** A value as it is shown in a problem. */
    static String shown(String value) {
        var clean = new StringBuilder();
        value.codePoints()
                .limit(MAX_SHOWN)
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        return '"' + clean.toString() + (value.codePointCount(0, value.length()) > MAX_SHOWN ? "…" : "") + '"';
    }
}
