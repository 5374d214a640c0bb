package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs choose their pods by their own uid, unless their author insists on another selector. */
final class JobStrategy implements Strategy {
    private static final String PREFIX = "batch.kubernetes.io/";

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public String propagation() {
        return "Orphan";
    }

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        return List.of(DataStrategy.noController("Job"));
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        var job = object.with("status", Json.Obj.EMPTY);
        var spec = job.object("spec");
        if (spec.flag("manualSelector") || spec.has("selector") || !spec.has("template")) return job;
        var uid = Json.of(job.textOrEmpty("metadata", "uid"));
        var name = Json.of(job.textOrEmpty("metadata", "name"));
        var labels = spec.object("template", "metadata", "labels")
                .with("controller-uid", uid)
                .with("job-name", name)
                .with(PREFIX + "controller-uid", uid)
                .with(PREFIX + "job-name", name);
        return job.withAt(labels, "spec", "template", "metadata", "labels")
                .withAt(Json.obj("matchLabels", Json.obj(PREFIX + "controller-uid", uid)), "spec", "selector");
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var errors = new ArrayList<FieldError>();
        if (old == null) return errors;
        for (var member : List.of("selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"))
            if (!SchemaValues.sameAt(object, old, "spec", member))
                errors.add(
                        FieldError.invalid("spec." + member, shown(object.at("spec", member)), "field is immutable"));
        return errors;
    }

    private static String shown(@Nullable Json value) {
        return value instanceof Json.Str(var text) ? text : value == null ? "null" : value.compact();
    }
}
