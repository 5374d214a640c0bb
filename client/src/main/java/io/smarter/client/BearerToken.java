package io.smarter.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows to prove who it is (RFC 6750). One in a file is read for each request, since whoever issues such
 * tokens renews them there; requests are few. Never part of a text that is written anywhere.
 */
public final class BearerToken {
    private static final int LONGEST = 64 << 10;

    private final String text;
    private final @Nullable Path file;

    private BearerToken(String text, @Nullable Path file) {
        this.text = text;
        this.file = file;
    }

    /**
     * A token.
     *
     * @throws IllegalArgumentException if it has other characters than tokens have
     */
    public static BearerToken of(String text) {
        if (!isToken(text))
            throw new IllegalArgumentException("token is empty, too long, or has other characters than 0x21 to 0x7e");
        return new BearerToken(text, null);
    }

    /** The token that is in a file at the time of each request. */
    public static BearerToken file(Path file) {
        return new BearerToken("", file);
    }

    /**
     * The token as it is now.
     *
     * @throws IOException if the file cannot be read or holds no token
     */
    String text() throws IOException {
        if (file == null) return text;
        if (Files.size(file) > LONGEST) throw new IOException("%s: longer than %d bytes".formatted(file, LONGEST));
        var now = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
        if (!isToken(now))
            throw new IOException("%s: no token, empty or with other characters than 0x21 to 0x7e".formatted(file));
        return now;
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    @Override
    public String toString() {
        return file == null ? "a token" : "the token in " + file;
    }
}
