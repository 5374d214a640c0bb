package io.smarter.api;

import io.smarter.json.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of an object (meta/v1 ObjectMeta), read from its tree; what is absent or of a wrong type reads as empty. */
public record ObjectMeta(Json.Obj tree) {
    private static volatile Time lastTime = new Time(0, Instant.EPOCH.toString());

    private record Time(long second, String text) {}

    public String name() {
        return tree.textOrEmpty("name");
    }

    /** The namespace; empty for cluster-scoped objects. */
    public String namespace() {
        return tree.textOrEmpty("namespace");
    }

    public String uid() {
        return tree.textOrEmpty("uid");
    }

    public String resourceVersion() {
        return tree.textOrEmpty("resourceVersion");
    }

    public Map<String, String> labels() {
        return tree.texts("labels");
    }

    public Map<String, String> annotations() {
        return tree.texts("annotations");
    }

    public @Nullable Instant creationTimestamp() {
        return instant(tree.text("creationTimestamp"));
    }

    /** When the object is to be gone; null while nobody asked for that. */
    public @Nullable Instant deletionTimestamp() {
        return instant(tree.text("deletionTimestamp"));
    }

    public @Nullable Long deletionGracePeriodSeconds() {
        return tree.at("deletionGracePeriodSeconds") instanceof Json.Num number ? number.asLong() : null;
    }

    /** Reads an RFC 3339 time; anything else is null. */
    public static @Nullable Instant instant(@Nullable String text) {
        if (text == null) return null;
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** A time as objects have it; made once a second, as every write wants it. */
    public static String time(Instant now) {
        var known = lastTime;
        if (known.second == now.getEpochSecond()) return known.text;
        var made = new Time(
                now.getEpochSecond(), now.truncatedTo(ChronoUnit.SECONDS).toString());
        lastTime = made;
        return made.text;
    }
}
