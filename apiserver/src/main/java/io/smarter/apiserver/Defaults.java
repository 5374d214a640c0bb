package io.smarter.apiserver;

import io.smarter.json.Json;

/** Sets what Kubernetes sets in an object whose author left it out. Pure functions. */
final class Defaults {
    private Defaults() {}

    static Json.Obj apply(SchemaKind kind, Json.Obj object) {
        return object;
    }
}
