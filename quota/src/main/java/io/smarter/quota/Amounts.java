package io.smarter.quota;

import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Quantities by the names of resources (core/v1 ResourceList), in the order of the names. Immutable. */
record Amounts(Map<String, Quantity> byName) {
    static final Amounts NONE = new Amounts(Map.of());

    private static final Quantity ONE = Quantity.of(1);
    private static final Quantity ZERO = Quantity.of(0);

    /** The map belongs to the amounts from then on. */
    Amounts {
        byName = Collections.unmodifiableMap(byName);
    }

    /** The amounts that an object states; what is no quantity is left out. */
    static Amounts of(Json.Obj stated) {
        return stated.members().isEmpty() ? NONE : new Amounts(PodTotals.read(stated));
    }

    /** One of each. */
    static Amounts one(String... names) {
        var ones = new TreeMap<String, Quantity>();
        for (var name : names) ones.put(name, ONE);
        return new Amounts(ones);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    @Nullable
    Quantity get(String name) {
        return byName.get(name);
    }

    Amounts with(String name, @Nullable Quantity amount) {
        if (amount == null) return this;
        var changed = new TreeMap<>(byName);
        changed.put(name, amount);
        return new Amounts(changed);
    }

    Amounts plus(Amounts other) {
        if (other.isEmpty()) return this;
        if (isEmpty()) return other;
        var all = new TreeMap<>(byName);
        other.byName.forEach((name, amount) -> all.merge(name, amount, Quantity::plus));
        return new Amounts(all);
    }

    /** What is left of these amounts; names that only the other has are left out. */
    Amounts minus(Amounts other) {
        var left = new TreeMap<String, Quantity>();
        byName.forEach((name, amount) -> left.put(name, amount.minus(other.byName.getOrDefault(name, ZERO))));
        return new Amounts(left);
    }

    Amounts only(Predicate<String> names) {
        var chosen = new TreeMap<String, Quantity>();
        byName.forEach((name, amount) -> {
            if (names.test(name)) chosen.put(name, amount);
        });
        return new Amounts(chosen);
    }

    Amounts positive() {
        return only(name -> byName.getOrDefault(name, ZERO).signum() > 0);
    }

    /** Those that are more than others allow; what they do not name is not limited. */
    Amounts above(Amounts limits) {
        return only(name -> {
            var limit = limits.byName.get(name);
            return limit != null && byName.getOrDefault(name, ZERO).compareTo(limit) > 0;
        });
    }

    /** These amounts, and none of what only others name. */
    Amounts withZeros(Amounts names) {
        var all = new TreeMap<>(byName);
        for (var name : names.byName.keySet()) all.putIfAbsent(name, ZERO);
        return new Amounts(all);
    }

    Json.Obj json() {
        var members = new TreeMap<String, Json>();
        byName.forEach((name, amount) -> members.put(name, Json.of(amount.toString())));
        return new Json.Obj(members);
    }

    /** As messages show them: {@code cpu=1,memory=2Gi}. */
    @Override
    public String toString() {
        return byName.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
