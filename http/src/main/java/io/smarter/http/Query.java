package io.smarter.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decoded parameters of a query string, in order. */
public final class Query {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private final String text;

    private Query(String text) {
        this.text = text;
    }

    /** Parameters of a query string without its question mark; null or empty gives none. */
    public static Query parse(@Nullable String text) {
        var query = new Query(text == null ? "" : text);
        if (text == null || text.isEmpty()) return query;
        for (var pair : text.split("&", -1)) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            var name = equals < 0 ? pair : pair.substring(0, equals);
            var value = equals < 0 ? "" : pair.substring(equals + 1);
            query.values.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
        }
        return query;
    }

    /** The query string as it came, without its question mark. */
    public String text() {
        return text;
    }

    public @Nullable String first(String name) {
        var all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    public String first(String name, String fallback) {
        var value = first(name);
        return value == null ? fallback : value;
    }

    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** Whether a parameter is given with any value but {@code false} and {@code 0}, as Kubernetes reads flags. */
    public boolean flag(String name) {
        var value = first(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
