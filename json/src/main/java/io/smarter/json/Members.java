package io.smarter.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object with few of them, in one array: names and values by turns, in the order in which they came.
 * Most objects of a Kubernetes API are so; a hash table for each would take five times the memory and find nothing
 * sooner.
 */
final class Members extends AbstractMap<String, Json> {
    /** From so many on, a hash table finds a name sooner. */
    private static final int FEW = 16;

    private static final Members NONE = new Members(new Object[0]);

    private final Object[] namesAndValues;

    private Members(Object[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /** An unmodifiable map with the content of another one, which must not change any more. */
    static Map<String, Json> of(Map<String, Json> members) {
        if (members instanceof Members) return members;
        if (members.isEmpty()) return NONE;
        if (members.size() > FEW) return Collections.unmodifiableMap(members);
        var all = new Object[2 * members.size()];
        int at = 0;
        for (var member : members.entrySet()) {
            all[at++] = member.getKey();
            all[at++] = Objects.requireNonNull(member.getValue());
        }
        return new Members(all);
    }

    /** A map with the content of one of ours but for one member, which is set; a new one comes last. */
    static Map<String, Json> with(Map<String, Json> members, String name, Json value) {
        Objects.requireNonNull(value, name);
        if (members instanceof Members few && few.namesAndValues.length < 2 * FEW) {
            var old = few.namesAndValues;
            int at = few.indexOf(name);
            var all = Arrays.copyOf(old, at < 0 ? old.length + 2 : old.length);
            if (at < 0) at = old.length;
            all[at] = name;
            all[at + 1] = value;
            return new Members(all);
        }
        var all = new LinkedHashMap<>(members);
        all.put(name, value);
        return all;
    }

    /** A map with the content of one of ours but for one member. */
    static Map<String, Json> without(Map<String, Json> members, String name) {
        int at = members instanceof Members few ? few.indexOf(name) : -1;
        if (at < 0 || !(members instanceof Members few)) {
            var rest = new LinkedHashMap<>(members);
            rest.remove(name);
            return rest;
        }
        var rest = new Object[few.namesAndValues.length - 2];
        System.arraycopy(few.namesAndValues, 0, rest, 0, at);
        System.arraycopy(few.namesAndValues, at + 2, rest, at, rest.length - at);
        return rest.length == 0 ? NONE : new Members(rest);
    }

    @Override
    public int size() {
        return namesAndValues.length / 2;
    }

    private int indexOf(@Nullable Object name) {
        for (int i = 0; i < namesAndValues.length; i += 2) if (namesAndValues[i].equals(name)) return i;
        return -1;
    }

    @Override
    public @Nullable Json get(@Nullable Object name) {
        int at = indexOf(name);
        return at < 0 ? null : (Json) namesAndValues[at + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return indexOf(name) >= 0;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super Json> action) {
        for (int i = 0; i < namesAndValues.length; i += 2)
            action.accept((String) namesAndValues[i], (Json) namesAndValues[i + 1]);
    }

    @Override
    public Set<Entry<String, Json>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return Members.this.size();
            }

            @Override
            public Iterator<Entry<String, Json>> iterator() {
                return new InOrder(namesAndValues);
            }
        };
    }

    private static final class InOrder implements Iterator<Entry<String, Json>> {
        private final Object[] namesAndValues;
        private int at;

        InOrder(Object[] namesAndValues) {
            this.namesAndValues = namesAndValues;
        }

        @Override
        public boolean hasNext() {
            return at < namesAndValues.length;
        }

        @Override
        public Entry<String, Json> next() {
            if (!hasNext()) throw new NoSuchElementException();
            at += 2;
            return Map.entry((String) namesAndValues[at - 2], (Json) namesAndValues[at - 1]);
        }
    }

    /** Collects members as they are read: in an array as long as they are few. Used by one thread. */
    static final class Builder {
        private Object[] few = new Object[8];
        private int used;
        private @Nullable Map<String, Json> many;

        /** Sets a member; true when it was there before. */
        boolean put(String name, Json value) {
            if (many != null) return many.put(name, value) != null;
            for (int i = 0; i < used; i += 2) {
                if (!few[i].equals(name)) continue;
                few[i + 1] = value;
                return true;
            }
            if (used == 2 * FEW) {
                many = new LinkedHashMap<>(new Members(few));
                many.put(name, value);
                return false;
            }
            if (used == few.length) few = Arrays.copyOf(few, 2 * used);
            few[used++] = name;
            few[used++] = value;
            return false;
        }

        Json.Obj build() {
            if (many != null) return new Json.Obj(many);
            return used == 0 ? Json.Obj.EMPTY : new Json.Obj(new Members(Arrays.copyOf(few, used)));
        }
    }
}
