package io.smarter.schema;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import java.util.List;

/**
 * A kind that the server stores.
 *
 * @param group empty for the core group
 * @param type {@link SchemaType.Scalar#UNTYPED} for a kind without schema
 */
public record SchemaKind(String group, String version, String kind, SchemaType type) {
    /** A kind about whose members nothing is known. */
    public static SchemaKind untyped(String group, String version, String kind) {
        return new SchemaKind(group, version, kind, SchemaType.Scalar.UNTYPED);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public boolean typed() {
        return type instanceof SchemaType.Struct;
    }

    /** Whether its objects can be written in protobuf. */
    public boolean inProtobuf() {
        return type instanceof SchemaType.Struct struct
                && !struct.layout().parts().isEmpty();
    }

    /** How a request failed whose object of this kind is not right. */
    public Status invalid(String name, List<FieldError> errors) {
        return Status.invalid(group, kind, name, errors);
    }

    /** As messages name it: {@code apps/v1, Kind=DaemonSet}. */
    public String gvk() {
        return (group.isEmpty() ? "/" : group + "/") + version + ", Kind=" + kind;
    }
}
