package io.smarter.json;

import java.nio.charset.StandardCharsets;

/**
 * The names of members that were read lately, so that a name which a thousand objects have is in memory once. Safe for
 * use by many threads without a lock: a string is complete whoever sees it, and one that is overwritten is made again.
 */
final class Names {
    private static final int SLOTS = 1024;
    private static final int LONGEST = 40;

    private final String[] slots = new String[SLOTS];

    /** The string that ASCII bytes from a position to another one are. */
    String of(byte[] in, int from, int to) {
        int length = to - from;
        if (length > LONGEST) return new String(in, from, length, StandardCharsets.ISO_8859_1);
        int hash = length;
        for (int i = from; i < to; i++) hash = 31 * hash + in[i];
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        var known = slots[slot];
        if (known != null && is(known, in, from, length)) return known;
        var name = new String(in, from, length, StandardCharsets.ISO_8859_1);
        slots[slot] = name;
        return name;
    }

    private static boolean is(String name, byte[] in, int from, int length) {
        if (name.length() != length) return false;
        for (int i = 0; i < length; i++) if (name.charAt(i) != in[from + i]) return false;
        return true;
    }
}
