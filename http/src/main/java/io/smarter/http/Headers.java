package io.smarter.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields in the order in which they came; names are lower case. Built by one thread, then only read. */
public final class Headers {
    private final List<String> namesAndValues = new ArrayList<>();

    /** No fields yet. */
    public Headers() {}

    /** Headers of alternating names and values. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) throw new IllegalArgumentException("names and values must alternate");
        var headers = new Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) headers.add(namesAndValues[i], namesAndValues[i + 1]);
        return headers;
    }

    /** The same fields, to add others to. */
    Headers copy() {
        var copy = new Headers();
        copy.namesAndValues.addAll(namesAndValues);
        return copy;
    }

    /**
     * Adds a field.
     *
     * @throws IllegalArgumentException if name or value would break out of its line
     */
    public Headers add(String name, String value) {
        if (hasControl(name) || hasControl(value))
            throw new IllegalArgumentException("control character in header field " + name.strip());
        namesAndValues.add(name.toLowerCase(Locale.ROOT));
        namesAndValues.add(value);
        return this;
    }

    /** The first value of a field. */
    public @Nullable String first(String name) {
        var wanted = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equals(wanted)) return namesAndValues.get(i + 1);
        }
        return null;
    }

    public String first(String name, String fallback) {
        var value = first(name);
        return value == null ? fallback : value;
    }

    /** All values of a field. */
    public List<String> all(String name) {
        var wanted = name.toLowerCase(Locale.ROOT);
        var values = new ArrayList<String>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equals(wanted)) values.add(namesAndValues.get(i + 1));
        }
        return Collections.unmodifiableList(values);
    }

    public void forEach(BiConsumer<String, String> nameAndValue) {
        for (int i = 0; i < namesAndValues.size(); i += 2)
            nameAndValue.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
    }

    @Override
    public String toString() {
        return namesAndValues.toString();
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 && c != '\t' || c == 0x7f) return true;
        }
        return false;
    }
}
