package io.smarter.openapi;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes by which texts are known. Pure functions. */
final class Hashes {
    private Hashes() {}

    /** SHA-256. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** SHA-256 in hexadecimal digits, as tags of documents have it. */
    static String tag(byte[] document) {
        var digest = digest();
        digest.update(document);
        return tag(digest);
    }

    /** What a digest has come to, in the same form. */
    static String tag(MessageDigest digest) {
        return HexFormat.of().withUpperCase().formatHex(digest.digest());
    }
}
