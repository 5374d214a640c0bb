package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.SchemaKind;
import java.util.LinkedHashMap;

/** The three patches that need no ownership of fields: JSON patch, merge patch, strategic merge patch. Pure functions. */
public final class Patches {
    private Patches() {}

    /** What came of a patch. */
    public sealed interface Outcome {
        record Patched(Json.Obj object) implements Outcome {}

        /**
         * @param code an HTTP status
         * @param reason as in a Status
         * @param cause what exactly, where the message leaves it open; empty else
         */
        record Rejected(int code, String reason, String message, String cause) implements Outcome {
            Rejected(int code, String reason, String message) {
                this(code, reason, message, "");
            }

            /** What is wrong, in the words that tell most. */
            public String why() {
                return cause.isEmpty() ? message : cause;
            }
        }
    }

    /** Applies an RFC 6902 patch: a list of operations, all of which must succeed. */
    public static Outcome json(SchemaKind kind, Json.Obj target, Json patch) {
        return PatchJson.apply(target, patch);
    }

    /** Applies an RFC 7396 patch: members replace, null removes, lists are replaced as a whole. */
    public static Outcome merge(SchemaKind kind, Json.Obj target, Json patch) {
        return patch instanceof Json.Obj object
                ? new Outcome.Patched(merged(target, object))
                : badRequest("a merge patch must be a JSON object");
    }

    /** Applies a Kubernetes strategic merge patch, which merges lists by the keys that the kind's schema names. */
    public static Outcome strategic(SchemaKind kind, Json.Obj target, Json patch) {
        if (!kind.typed())
            return new Outcome.Rejected(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: "
                            + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        if (!(patch instanceof Json.Obj object)) return badRequest("a strategic merge patch must be a JSON object");
        try {
            return new Outcome.Patched(PatchStrategic.apply(kind.type(), target, object));
        } catch (PatchFailure e) {
            return e.outcome();
        }
    }

    static Outcome.Rejected badRequest(String message) {
        return new Outcome.Rejected(400, "BadRequest", message);
    }

    static Outcome.Rejected tooLarge(String message) {
        return new Outcome.Rejected(413, "RequestEntityTooLarge", "Request entity too large: " + message);
    }

    /** As in Kubernetes: what is wrong stands in the cause. */
    static Outcome.Rejected unprocessable(String detail) {
        return new Outcome.Rejected(
                422, "Invalid", "the server rejected our request due to an error in our request", detail);
    }

    private static Json.Obj merged(Json.Obj target, Json.Obj patch) {
        var result = new LinkedHashMap<>(target.members());
        for (var member : patch.members().entrySet()) {
            var name = member.getKey();
            switch (member.getValue()) {
                case Json.Null _ -> result.remove(name);
                case Json.Obj change -> {
                    var old = result.get(name) instanceof Json.Obj o ? o : Json.Obj.EMPTY;
                    result.put(name, merged(old, change));
                }
                case Json value -> result.put(name, value);
            }
        }
        return new Json.Obj(result);
    }
}
