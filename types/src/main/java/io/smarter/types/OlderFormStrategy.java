package io.smarter.types;

import io.smarter.json.Json;

/**
 * A version of a kind in which nothing differs from the one that is stored but its name.
 *
 * @param stored the apiVersion of the other one
 * @param served the apiVersion of this one
 */
record OlderFormStrategy(String stored, String served) implements Strategy {
    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public Json.Obj toStored(Json.Obj object) {
        return object.with("apiVersion", Json.of(stored));
    }

    @Override
    public Json.Obj fromStored(Json.Obj object) {
        return object.with("apiVersion", Json.of(served));
    }

    @Override
    public boolean storedAsServed() {
        return false;
    }
}
