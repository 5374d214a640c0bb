package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.store.MemoryStore;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventExpiryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void eventsAreForgottenAnHourAfterTheyLastHappened() throws Exception {
        var events = new Types(Schema.load()).find("", "v1", "events");
        if (events == null) throw new AssertionError("no events");
        try (var store = new MemoryStore()) {
            put(store, events, "old", Json.obj("lastTimestamp", "2026-01-01T10:59:59Z"));
            put(
                    store,
                    events,
                    "again",
                    Json.obj(
                            "eventTime",
                            "2026-01-01T01:00:00.000000Z",
                            "series",
                            Json.obj("lastObservedTime", "2026-01-01T11:30:00.000000Z")));
            put(store, events, "new", Json.obj("lastTimestamp", "2026-01-01T11:00:01Z"));
            IntStream.range(0, 500)
                    .forEach(i -> put(store, events, "o" + i, Json.obj("eventTime", "2026-01-01T01:00:00.000000Z")));
            EventExpiry.sweep(store, events, NOW);
            assertThat(store.list("/registry/events/", null, 0, 0).entries().stream()
                            .map(entry -> entry.key()))
                    .containsExactly("/registry/events/default/again", "/registry/events/default/new");
        }
    }

    private static void put(MemoryStore store, ApiType events, String name, Json.Obj event) {
        var metadata = Json.obj("name", name, "creationTimestamp", "2026-01-01T01:00:00Z");
        store.create(
                events.key("default", name), event.with("metadata", metadata).bytes());
    }
}
