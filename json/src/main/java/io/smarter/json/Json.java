package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259). Values are immutable: the containers handed to the constructors belong to the value from
 * then on, and every change gives a new value that shares what it did not touch. Safe for use by many threads.
 *
 * <p>A <em>path</em> is a list of member names from the root, so {@code text("metadata", "name")} reads
 * {@code .metadata.name}. Reading through something absent or of another type gives null or empty, never an error.
 */
public sealed interface Json {
    /** An object; members keep the order in which they came. */
    record Obj(Map<String, Json> members) implements Json {
        /** The object without members. */
        public static final Obj EMPTY = new Obj(Map.of());

        public Obj {
            members = Members.of(members);
        }

        public @Nullable Json get(String name) {
            return members.get(name);
        }

        public boolean has(String name) {
            return members.containsKey(name);
        }

        /** This object with one member set; a new member comes last. */
        public Obj with(String name, Json value) {
            return new Obj(Members.with(members, name, value));
        }

        /** This object with the value at a path set; objects that are missing on the way are made. */
        public Obj withAt(Json value, String... path) {
            return set(this, value, path, 0);
        }

        /** This object without one member. */
        public Obj without(String name) {
            return members.containsKey(name) ? new Obj(Members.without(members, name)) : this;
        }

        /** This object without the value at a path. */
        public Obj withoutAt(String... path) {
            return remove(this, path, 0);
        }

        private static Obj set(Obj in, Json value, String[] path, int depth) {
            if (depth == path.length - 1) return in.with(path[depth], value);
            var child = in.get(path[depth]) instanceof Obj o ? o : EMPTY;
            return in.with(path[depth], set(child, value, path, depth + 1));
        }

        private static Obj remove(Obj in, String[] path, int depth) {
            if (depth == path.length - 1) return in.without(path[depth]);
            return in.get(path[depth]) instanceof Obj child ? in.with(path[depth], remove(child, path, depth + 1)) : in;
        }
    }

    /** An array. */
    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }

        /** This array with one item more at its end. */
        public Arr plus(Json item) {
            var changed = new ArrayList<>(items);
            changed.add(item);
            return new Arr(changed);
        }
    }

    /** A string. */
    record Str(String value) implements Json {}

    /** A number, kept as it was written: {@code 1.0} stays {@code 1.0} and no digit is lost. */
    record Num(String literal) implements Json {
        /** Whether it is written without fraction and exponent and fits 64 bits. */
        public boolean isLong() {
            try {
                Long.parseLong(literal);
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        /** The number as 64-bit integer, truncated where it has a fraction. */
        public long asLong() {
            return isLong() ? Long.parseLong(literal) : (long) Double.parseDouble(literal);
        }

        public double asDouble() {
            return Double.parseDouble(literal);
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Json {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);
    }

    /** Null. */
    record Null() implements Json {
        public static final Null NULL = new Null();
    }

    // ---- making

    static Json of(@Nullable String value) {
        return value == null ? Null.NULL : new Str(value);
    }

    static Json of(long value) {
        return new Num(Long.toString(value));
    }

    static Json of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    /**
     * An object of alternating names and values. A value may be a {@code Json}, a {@code String}, a {@code Boolean}, an
     * integer or long, a map of names to such values or a list of such values; a null value leaves the member out.
     *
     * @throws IllegalArgumentException if the count is odd, a name is not a string or a value is of another type
     */
    static Obj obj(@Nullable Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) throw new IllegalArgumentException("names and values must alternate");
        var members = new LinkedHashMap<String, Json>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!(namesAndValues[i] instanceof String name))
                throw new IllegalArgumentException("name expected, was " + namesAndValues[i]);
            var value = namesAndValues[i + 1];
            if (value != null) members.put(name, from(value));
        }
        return new Obj(members);
    }

    /** An array of values, converted as {@link #obj} converts them. */
    static Arr arr(Object... items) {
        return arr(List.of(items));
    }

    /** An array of values, converted as {@link #obj} converts them. */
    static Arr arr(Iterable<?> items) {
        var converted = new ArrayList<Json>();
        for (var item : items) converted.add(from(item));
        return new Arr(converted);
    }

    /** Converts as {@link #obj} converts values. */
    static Json from(@Nullable Object value) {
        return switch (value) {
            case null -> Null.NULL;
            case Json json -> json;
            case String text -> new Str(text);
            case Boolean flag -> of(flag.booleanValue());
            case Integer number -> of(number.longValue());
            case Long number -> of(number.longValue());
            case Double number -> new Num(number.toString());
            case Map<?, ?> map -> {
                var members = new LinkedHashMap<String, Json>();
                map.forEach((name, item) ->
                        members.put(name instanceof Json key ? key.compact() : String.valueOf(name), from(item)));
                yield new Obj(members);
            }
            case Iterable<?> items -> arr(items);
            default ->
                throw new IllegalArgumentException(
                        "no JSON for " + value.getClass().getName());
        };
    }

    // ---- reading by path

    /** The value at a path, or null when something on the way is absent. */
    default @Nullable Json at(String... path) {
        Json here = this;
        for (var name : path) {
            if (!(here instanceof Obj object)) return null;
            var next = object.get(name);
            if (next == null) return null;
            here = next;
        }
        return here;
    }

    /** The string at a path, or null when there is none. */
    default @Nullable String text(String... path) {
        return at(path) instanceof Str(var value) ? value : null;
    }

    /** The string at a path, or the empty string. */
    default String textOrEmpty(String... path) {
        return at(path) instanceof Str(var value) ? value : "";
    }

    /** The number at a path, or a fallback when there is none. */
    default long number(long fallback, String... path) {
        return at(path) instanceof Num number ? number.asLong() : fallback;
    }

    /** Whether the value at a path is {@code true}. */
    default boolean flag(String... path) {
        return at(path) instanceof Bool(var value) && value;
    }

    /** The object at a path, or the empty one. */
    default Obj object(String... path) {
        return at(path) instanceof Obj object ? object : Obj.EMPTY;
    }

    /** The items of the array at a path, or none. */
    default List<Json> items(String... path) {
        return at(path) instanceof Arr(var items) ? items : List.of();
    }

    /** The string members of the object at a path, as labels and annotations are; others are left out. */
    default Map<String, String> texts(String... path) {
        var texts = new LinkedHashMap<String, String>();
        object(path).members().forEach((name, value) -> {
            if (value instanceof Str(var text)) texts.put(name, text);
        });
        return texts;
    }

    // ---- text

    /**
     * Reads one JSON text in UTF-8; of members with the same name the last one counts.
     *
     * @throws JsonException if it is not JSON, or nests deeper than {@link JsonReader#MAX_DEPTH}
     */
    static Json parse(byte[] utf8) {
        return new JsonReader(utf8, _ -> {}).read();
    }

    static Json parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The compact text of this value in UTF-8. */
    default byte[] bytes() {
        return new JsonWriter(256).write(this).bytes();
    }

    /** The compact text of this value. */
    default String compact() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The text of this value over several lines, indented by two spaces, with a line feed at its end. */
    default String pretty() {
        return new String(new JsonWriter(1024).writePretty(this).bytes(), StandardCharsets.UTF_8);
    }
}
