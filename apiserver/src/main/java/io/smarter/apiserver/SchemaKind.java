package io.smarter.apiserver;

/**
 * A kind that the server stores.
 *
 * @param group empty for the core group
 * @param type {@link SchemaType.Scalar#UNTYPED} for a kind without schema
 */
record SchemaKind(String group, String version, String kind, SchemaType type) {
    /** A kind about whose members nothing is known. */
    static SchemaKind untyped(String group, String version, String kind) {
        return new SchemaKind(group, version, kind, SchemaType.Scalar.UNTYPED);
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    boolean typed() {
        return type instanceof SchemaType.Struct;
    }

    /** Whether its objects can be written in protobuf. */
    boolean inProtobuf() {
        return type instanceof SchemaType.Struct struct
                && !struct.layout().parts().isEmpty();
    }

    /** As messages name it: {@code apps/v1, Kind=DaemonSet}. */
    String gvk() {
        return (group.isEmpty() ? "/" : group + "/") + version + ", Kind=" + kind;
    }
}
