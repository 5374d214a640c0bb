package io.smarter.cel;

import io.smarter.json.Json;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions within a budget: each step costs, and so does the length of what it makes or reads, so that no
 * expression can hold up the server. Used by one thread.
 *
 * <p>Values are Java's: Boolean, Long, Double, String, {@link List}, {@link Map}, {@link CelRecord}, Instant, Duration,
 * Optional; null is {@link Json.Null#NULL}.
 */
public final class CelRun {
    private static final int CHARACTERS_PER_STEP = 10;

    private final long budget;
    private long left;

    public CelRun(long budget) {
        this.budget = budget;
        left = budget;
    }

    /** How much was used so far. */
    public long spent() {
        return budget - left;
    }

    /** The budget is used up. */
    public static final class OverBudget extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OverBudget() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }
    }

    /** Variables by name, the newest first. */
    public record Scope(String name, Object value, @Nullable Scope outer) {
        @Nullable
        Object find(String wanted) {
            for (var scope = this; scope != null; scope = scope.outer)
                if (scope.name.equals(wanted)) return scope.value;
            return null;
        }
    }

    public void charge(long steps) {
        left -= Math.max(1, steps);
        if (left < 0) throw new OverBudget();
    }

    void chargeText(long characters) {
        charge(characters / CHARACTERS_PER_STEP);
    }

    /** Throws {@link Cel.Failure} when it cannot be evaluated, {@link OverBudget} when that takes too long. */
    public Object value(Cel cel, @Nullable Scope scope) {
        charge(1);
        return switch (cel) {
            case Cel.Literal literal -> literal.value() == null ? Json.Null.NULL : literal.value();
            case Cel.Name(var name, int at) -> {
                var found = scope == null ? null : scope.find(name);
                if (found instanceof CelLazy lazy) found = lazy.value(this);
                if (found == null) found = CelFunctions.type(name);
                if (found == null) throw new Cel.Failure(at, "undeclared reference to '" + name + "'");
                yield found;
            }
            case Cel.Field field -> field(field, scope);
            case Cel.Has has -> has(has, scope);
            case Cel.Item item -> item(item, scope);
            case Cel.Call call -> call(call, scope);
            case Cel.ListOf list -> {
                var items = new ArrayList<Object>();
                for (var item : list.items()) {
                    if (!(item instanceof Cel.Maybe maybe)) items.add(value(item, scope));
                    else optional(maybe, scope).ifPresent(items::add);
                }
                yield items;
            }
            case Cel.MapOf map -> {
                var entries = new LinkedHashMap<Object, Object>();
                for (int i = 0; i < map.keys().size(); i++) {
                    var key = key(map.keys().get(i), scope);
                    var given = map.values().get(i);
                    if (!(given instanceof Cel.Maybe maybe)) entries.put(key, value(given, scope));
                    else optional(maybe, scope).ifPresent(value -> entries.put(key, value));
                }
                yield entries;
            }
            case Cel.Maybe maybe -> optional(maybe, scope);
            case Cel.Made made -> made(made, scope);
            case Cel.And and -> both(and.left(), and.right(), scope, false);
            case Cel.Or or -> both(or.left(), or.right(), scope, true);
            case Cel.Choice choice -> value(flag(choice.condition(), scope) ? choice.yes() : choice.no(), scope);
            case Cel.Walk walk -> walk(walk, scope);
            case Cel.Bind bind -> value(bind.in(), new Scope(bind.variable(), value(bind.value(), scope), scope));
            case Cel.OptionalMap map -> {
                if (!(value(map.of(), scope) instanceof Optional<?> optional)) throw CelFunctions.noOverload("optMap");
                if (optional.isEmpty()) yield optional;
                var result = value(map.result(), new Scope(map.variable(), optional.get(), scope));
                yield map.flat() ? result : Optional.of(result);
            }
        };
    }

    private Optional<?> optional(Cel.Maybe maybe, @Nullable Scope scope) {
        if (value(maybe.of(), scope) instanceof Optional<?> optional) return optional;
        throw new Cel.Failure(maybe.at(), "cannot use what is not optional as an optional entry");
    }

    private CelRecord made(Cel.Made made, @Nullable Scope scope) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < made.names().size(); i++) {
            var name = CelConversion.plain(made.names().get(i));
            var given = made.values().get(i);
            if (!(given instanceof Cel.Maybe maybe)) fields.put(name, value(given, scope));
            else optional(maybe, scope).ifPresent(value -> fields.put(name, value));
        }
        return new CelRecord(fields);
    }

    private Object key(Cel cel, @Nullable Scope scope) {
        var key = value(cel, scope);
        if (CelValues.isKey(key)) return key;
        throw new Cel.Failure(cel.at(), "unsupported key type");
    }

    public boolean flag(Cel cel, @Nullable Scope scope) {
        if (value(cel, scope) instanceof Boolean flag) return flag;
        throw new Cel.Failure(cel.at(), "no such overload");
    }

    /** One side that decides is enough, even when the other one fails. */
    private boolean both(Cel left, Cel right, @Nullable Scope scope, boolean decides) {
        Cel.Failure failure = null;
        try {
            if (flag(left, scope) == decides) return decides;
        } catch (Cel.Failure e) {
            failure = e;
        }
        if (flag(right, scope) == decides) return decides;
        if (failure != null) throw failure;
        return !decides;
    }

    // ---- parts

    private Object field(Cel.Field field, @Nullable Scope scope) {
        var of = value(field.of(), scope);
        boolean lenient = field.optional() || of instanceof Optional<?>;
        if (of instanceof Optional<?> optional) {
            if (optional.isEmpty()) return optional;
            of = optional.get();
        }
        var found = member(of, field.name(), field.at());
        if (lenient) return Optional.ofNullable(found);
        if (found == null) throw new Cel.Failure(field.at(), "no such key: " + field.name());
        return found;
    }

    private boolean has(Cel.Has has, @Nullable Scope scope) {
        var of = value(has.of(), scope);
        if (of instanceof CelRecord typed) return typed.fields().containsKey(has.name());
        if (of instanceof Optional<?> optional)
            return optional.isPresent() && member(optional.get(), has.name(), has.at()) != null;
        return member(of, has.name(), has.at()) != null;
    }

    private @Nullable Object member(Object of, String name, int at) {
        return switch (of) {
            case CelRecord typed ->
                typed.fields().get(name) instanceof CelLazy lazy
                        ? lazy.value(this)
                        : typed.fields().get(name);
            case CelObject object -> object.field(name);
            case Map<?, ?> map -> map.get(name);
            default -> throw new Cel.Failure(at, "no such overload: " + name);
        };
    }

    private Object item(Cel.Item item, @Nullable Scope scope) {
        var of = value(item.of(), scope);
        var index = value(item.index(), scope);
        boolean lenient = item.optional() || of instanceof Optional<?>;
        if (of instanceof Optional<?> optional) {
            if (optional.isEmpty()) return optional;
            of = optional.get();
        }
        Object found = switch (of) {
            case List<?> list -> {
                long at = index instanceof Long number ? number : index instanceof Double real ? real.longValue() : -1;
                if (at >= 0 && at < list.size()) yield list.get((int) at);
                if (lenient) yield null;
                throw new Cel.Failure(item.at(), "index out of bounds: " + at);
            }
            case Map<?, ?> map when CelValues.isKey(index) -> map.get(index);
            case CelRecord typed
            when index instanceof String name -> typed.fields().get(name);
            default -> throw new Cel.Failure(item.at(), "no such overload");
        };
        if (lenient) return Optional.ofNullable(found);
        if (found == null) throw new Cel.Failure(item.at(), "no such key: " + index);
        return found;
    }

    private Object call(Cel.Call call, @Nullable Scope scope) {
        var values = new ArrayList<Object>();
        if (call.of() != null) values.add(value(call.of(), scope));
        for (var argument : call.arguments()) values.add(value(argument, scope));
        try {
            return call.of() == null
                    ? CelFunctions.call(this, call.function(), values)
                    : CelFunctions.method(this, call.function(), values);
        } catch (ArithmeticException | DateTimeException e) {
            throw new Cel.Failure(call.at(), "return error for overflow");
        }
    }

    // ---- walks

    private Object walk(Cel.Walk walk, @Nullable Scope scope) {
        var over = value(walk.over(), scope);
        var keys = new ArrayList<Object>();
        var items = new ArrayList<Object>();
        switch (over) {
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) keys.add((long) i);
                items.addAll(list);
            }
            case Map<?, ?> map -> {
                keys.addAll(map.keySet());
                items.addAll(walk.second().isEmpty() ? map.keySet() : map.values());
            }
            case CelRecord typed -> {
                keys.addAll(typed.fields().keySet());
                items.addAll(
                        walk.second().isEmpty()
                                ? typed.fields().keySet()
                                : typed.fields().values());
            }
            default -> throw new Cel.Failure(walk.at(), "no such overload: " + walk.macro());
        }
        charge(items.size());
        return switch (walk.macro()) {
            case "all" -> any(walk, keys, items, scope, false);
            case "exists" -> any(walk, keys, items, scope, true);
            case "filter", "map", "transformList" -> collected(walk, keys, items, scope);
            case "transformMap", "transformMapEntry" -> transformed(walk, keys, items, scope);
            default -> {
                int count = 0;
                for (int i = 0; i < items.size(); i++)
                    if (flag(walk.condition(), inner(walk, keys.get(i), items.get(i), scope))) count++;
                yield count == 1;
            }
        };
    }

    private static Scope inner(Cel.Walk walk, Object key, Object item, @Nullable Scope scope) {
        if (walk.second().isEmpty()) return new Scope(walk.variable(), item, scope);
        return new Scope(walk.second(), item, new Scope(walk.variable(), key, scope));
    }

    private boolean any(Cel.Walk walk, List<Object> keys, List<Object> items, @Nullable Scope scope, boolean decides) {
        Cel.Failure failure = null;
        for (int i = 0; i < items.size(); i++) {
            try {
                if (flag(walk.condition(), inner(walk, keys.get(i), items.get(i), scope)) == decides) return decides;
            } catch (Cel.Failure e) {
                failure = e;
            }
        }
        if (failure != null) throw failure;
        return !decides;
    }

    private Map<Object, Object> transformed(
            Cel.Walk walk, List<Object> keys, List<Object> items, @Nullable Scope scope) {
        var made = new LinkedHashMap<Object, Object>();
        var result = walk.result();
        for (int i = 0; i < items.size() && result != null; i++) {
            var inner = inner(walk, keys.get(i), items.get(i), scope);
            if (!flag(walk.condition(), inner)) continue;
            var value = value(result, inner);
            if (walk.macro().equals("transformMap")) made.put(keys.get(i), value);
            else if (value instanceof Map<?, ?> entries) made.putAll(entries);
            else throw CelFunctions.noOverload(walk.macro());
        }
        return made;
    }

    private List<Object> collected(Cel.Walk walk, List<Object> keys, List<Object> items, @Nullable Scope scope) {
        var collected = new ArrayList<Object>();
        var result = walk.result();
        for (int i = 0; i < items.size(); i++) {
            var inner = inner(walk, keys.get(i), items.get(i), scope);
            if (flag(walk.condition(), inner)) collected.add(result == null ? items.get(i) : value(result, inner));
        }
        return collected;
    }
}
