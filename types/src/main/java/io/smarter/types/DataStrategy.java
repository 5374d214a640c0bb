package io.smarter.types;

import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type that is kept as data.
 *
 * @param status of a new object; null when the type has no status of its own
 * @param notes what whoever writes an object should know
 */
record DataStrategy(Json.@Nullable Obj status, boolean counts, List<String> notes) implements Strategy {
    static final DataStrategy PLAIN = new DataStrategy(null, false, List.of());

    static DataStrategy status(Json.Obj initial) {
        return new DataStrategy(initial, false, List.of());
    }

    DataStrategy counted() {
        return new DataStrategy(status, true, notes);
    }

    /** Where Kubernetes would act. */
    DataStrategy idle(String kind) {
        return new DataStrategy(status, counts, List.of(noController(kind)));
    }

    /** Where Kubernetes would refuse, or limit. */
    DataStrategy notEnforced(String kind) {
        return new DataStrategy(
                status, counts, List.of(kind + " is kept as data only: this cloud does not enforce it"));
    }

    static String noController(String kind) {
        return kind + " is kept as data only: this cloud has no controller for it";
    }

    @Override
    public boolean hasStatus() {
        return status != null;
    }

    /** Kinds without {@code spec} ask for something with all they have. */
    @Override
    public boolean asksTheSame(Json.Obj object, Json.Obj old) {
        return SchemaValues.same(wanted(object), wanted(old));
    }

    private static Json.Obj wanted(Json.Obj object) {
        return object.without("metadata").without("status");
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return status == null ? object : object.with("status", status);
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        return notes;
    }
}
