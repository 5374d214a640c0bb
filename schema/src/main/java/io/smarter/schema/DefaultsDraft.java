package io.smarter.schema;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An object while its defaults are filled in. Used by one thread, within one call. */
final class DefaultsDraft {
    private final Map<String, Json> members;

    private DefaultsDraft(Json.Obj object) {
        this.members = new LinkedHashMap<>(object.members());
    }

    /** The object with what the filler adds. */
    static Json.Obj filled(Json.Obj object, Consumer<DefaultsDraft> filler) {
        var draft = new DefaultsDraft(object);
        filler.accept(draft);
        return draft.members.equals(object.members()) ? object : new Json.Obj(draft.members);
    }

    /** The object as it is so far. */
    Json.Obj object() {
        return new Json.Obj(members);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    @Nullable
    Json get(String name) {
        return members.get(name);
    }

    String text(String name) {
        return members.get(name) instanceof Json.Str(var value) ? value : "";
    }

    /** Whether nothing else is set. */
    boolean only(String name) {
        return members.size() == 1 && has(name);
    }

    /** Sets a member that is missing, or an empty string. */
    void put(String name, Json value) {
        if (!has(name) || members.get(name) instanceof Json.Str(var text) && text.isEmpty()) members.put(name, value);
    }

    void put(String name, String value) {
        put(name, Json.of(value));
    }

    void put(String name, long value) {
        put(name, Json.of(value));
    }

    /** Fills in an object where there is one. */
    void within(String name, Consumer<DefaultsDraft> filler) {
        if (members.get(name) instanceof Json.Obj object) members.put(name, filled(object, filler));
    }

    /** Fills in an object, which is made where there is none. */
    void always(String name, Consumer<DefaultsDraft> filler) {
        put(name, Json.Obj.EMPTY);
        within(name, filler);
    }

    /** Fills in the objects of a list where there is one. */
    void each(String name, Consumer<DefaultsDraft> filler) {
        if (!(members.get(name) instanceof Json.Arr(var items))) return;
        var changed = new ArrayList<Json>(items.size());
        for (var item : items) changed.add(item instanceof Json.Obj object ? filled(object, filler) : item);
        members.put(name, new Json.Arr(changed));
    }
}
