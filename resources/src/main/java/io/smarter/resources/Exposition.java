package io.smarter.resources;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures in the text form of Prometheus, collected family by family. Not safe for use by several threads. */
public final class Exposition {
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** What a figure does: it only grows until its program starts again, or goes up and down. */
    public enum Kind {
        COUNTER,
        GAUGE
    }

    /** No figures yet. */
    public Exposition() {}

    /**
     * Adds one figure of a family.
     *
     * @param labels names and values alternate
     */
    public Exposition add(Kind kind, String family, long value, String... labels) {
        return line(kind, family, Long.toString(value), labels);
    }

    /** Adds a time that something took, in seconds. */
    public Exposition seconds(String family, long nanos, String... labels) {
        return line(Kind.COUNTER, family, Double.toString(nanos / 1e9), labels);
    }

    /** Adds a moment, in seconds since 1970. */
    public Exposition time(String family, Instant at, String... labels) {
        return line(Kind.GAUGE, family, "%d.%03d".formatted(at.getEpochSecond(), at.getNano() / 1_000_000), labels);
    }

    Exposition gauge(String family, long value, String... labels) {
        return add(Kind.GAUGE, family, value, labels);
    }

    private Exposition line(Kind kind, String family, String value, String... labels) {
        var lines = families.computeIfAbsent(
                family,
                name -> new StringBuilder()
                        .append("# TYPE ")
                        .append(name)
                        .append(kind == Kind.COUNTER ? " counter\n" : " gauge\n"));
        lines.append(family);
        for (int i = 0; i + 1 < labels.length; i += 2)
            lines.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(escaped(labels[i + 1]))
                    .append('"');
        if (labels.length > 1) lines.append('}');
        lines.append(' ').append(value).append('\n');
        return this;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }

    public byte[] bytes() {
        var all = new StringBuilder();
        families.values().forEach(all::append);
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }
}
