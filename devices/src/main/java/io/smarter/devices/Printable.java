package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names for what has names of all sorts. Pure functions: one text always has one name. */
final class Printable {
    /** The longest name part of a qualified name. */
    static final int MAX_LENGTH = 63;

    private static final int DIGEST_BYTES = 4;

    private Printable() {}

    /** Parts joined by colons; where something must be replaced or cut, with a digest of all at the end. */
    static String joined(List<String> parts) {
        var text = new StringBuilder();
        boolean whole = true;
        for (var part : parts) {
            var clean = clean(part);
            whole &= !part.isEmpty() && clean.equals(part);
            if (!text.isEmpty()) text.append(':');
            text.append(clean);
        }
        boolean good = whole
                && text.length() <= MAX_LENGTH
                && isAlphanumeric(text.charAt(0))
                && isAlphanumeric(text.charAt(text.length() - 1));
        return good ? text.toString() : digested(text.toString(), String.join("\n", parts));
    }

    private static String clean(String part) {
        var clean = new StringBuilder(part);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            if (!isAlphanumeric(c) && c != '.' && c != '_' && c != '-') clean.setCharAt(i, '_');
        }
        return clean.toString();
    }

    static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** A text, or as much of it as there may be, with a digest of all of it at the end. */
    static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : digested(text, text);
    }

    /** A name that begins as a text does and ends in a digest of another one. */
    static String digested(String text, String of) {
        var start = text.isEmpty() || !isAlphanumeric(text.charAt(0)) ? "d" + text : text;
        int room = MAX_LENGTH - 1 - 2 * DIGEST_BYTES;
        return start.substring(0, Math.min(room, start.length())) + "-" + digest(of);
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
