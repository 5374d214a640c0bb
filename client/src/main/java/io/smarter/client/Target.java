package io.smarter.client;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Puts a request's path and query together. */
final class Target {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final StringBuilder text;
    private boolean query;

    Target(String path) {
        text = new StringBuilder(path);
    }

    /** Adds a path segment. */
    Target segment(String name) {
        text.append('/');
        encode(name);
        return this;
    }

    /** Adds a parameter, unless its value is null or empty. */
    Target parameter(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) return this;
        text.append(query ? '&' : '?').append(name).append('=');
        query = true;
        encode(value);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void encode(String value) {
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || "-._~:".indexOf(b) >= 0)
                text.append((char) b);
            else text.append('%').append(HEX.toHexDigits(b));
        }
    }
}
