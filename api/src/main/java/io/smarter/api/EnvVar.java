package io.smarter.api;

import io.smarter.json.Json;

/** One variable of a container's environment (core/v1 EnvVar), read from its tree. */
public record EnvVar(Json.Obj tree) {
    public String name() {
        return tree.textOrEmpty("name");
    }

    /** The literal value; may hold {@code $(NAME)} references. */
    public String value() {
        return tree.textOrEmpty("value");
    }

    /**
     * Where the value comes from: a key of a ConfigMap or Secret, a file in a volume, a field of the
     * pod or a resource of a container.
     */
    public Source source() {
        var from = tree.object("valueFrom");
        if (from.has("configMapKeyRef")) return new Source.Key("ConfigMap", from.object("configMapKeyRef"));
        if (from.has("secretKeyRef")) return new Source.Key("Secret", from.object("secretKeyRef"));
        if (from.has("fileKeyRef")) return new Source.FileKey(from.object("fileKeyRef"));
        if (from.has("fieldRef")) return new Source.Field(from.textOrEmpty("fieldRef", "fieldPath"));
        if (from.has("resourceFieldRef")) return new Source.Resource(from.object("resourceFieldRef"));
        return new Source.Literal(value());
    }

    /** Where a value comes from. */
    public sealed interface Source {
        /** The value itself. */
        record Literal(String value) implements Source {}

        /** A key of a ConfigMap or Secret; {@code reference} holds name, key and optional. */
        record Key(String kind, Json.Obj reference) implements Source {
            public String name() {
                return reference.textOrEmpty("name");
            }

            public String key() {
                return reference.textOrEmpty("key");
            }

            public boolean optional() {
                return reference.flag("optional");
            }
        }

        /** A key of a file in one of the pod's volumes; {@code reference} holds volumeName, path, key and optional. */
        record FileKey(Json.Obj reference) implements Source {
            public String volume() {
                return reference.textOrEmpty("volumeName");
            }

            public String path() {
                return reference.textOrEmpty("path");
            }

            public String key() {
                return reference.textOrEmpty("key");
            }

            public boolean optional() {
                return reference.flag("optional");
            }
        }

        /** A field of the pod, such as {@code metadata.name}. */
        record Field(String path) implements Source {}

        /** A limit or request of a container; {@code reference} holds containerName, resource and divisor. */
        record Resource(Json.Obj reference) implements Source {}
    }
}
