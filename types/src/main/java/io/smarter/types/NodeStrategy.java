package io.smarter.types;

import io.smarter.json.Json;

/** Nodes bring their status with them when they register. */
final class NodeStrategy implements Strategy {
    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return object;
    }
}
