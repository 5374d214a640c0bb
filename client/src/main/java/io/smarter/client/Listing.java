package io.smarter.client;

import io.smarter.json.Json;
import java.util.List;

/** Every object that was asked for, as of one revision, from which a watch can go on. */
public record Listing(List<Json.Obj> items, String resourceVersion) {
    public Listing {
        items = List.copyOf(items);
    }
}
