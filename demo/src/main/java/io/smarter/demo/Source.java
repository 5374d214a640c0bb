package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Something of the machine that can be measured. Reads below a root, which is {@code /} but in tests. A machine that
 * lacks it gives an {@link IOException} or nothing: what is absent is left out, not invented.
 */
interface Source {
    void read(Path root, Sink sink) throws IOException;

    /** Takes what was measured. */
    interface Sink {
        void gauge(String name, double value, String unit);

        void counter(String name, double value, String unit);
    }

    /** An attribute's value within a metric's name: other characters become underscores. */
    static String attribute(String text) {
        var safe = new StringBuilder(text.length());
        for (int i = 0; i < Math.min(text.length(), 64); i++) {
            char c = text.charAt(i);
            boolean allowed =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.';
            safe.append(allowed ? c : '_');
        }
        return safe.toString();
    }
}
