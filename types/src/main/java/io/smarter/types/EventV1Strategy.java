package io.smarter.types;

import io.smarter.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events of group events.k8s.io are core events with some fields named otherwise; core's form is kept. */
final class EventV1Strategy implements Strategy {
    private static final Map<String, String> CORE_NAMES = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count",
            "reportingController", "reportingComponent");
    private static final Map<String, String> NAMES = turned(CORE_NAMES);

    @Override
    public String storedVersion(String served) {
        return "v1";
    }

    @Override
    public Json.Obj toStored(Json.Obj object) {
        return renamed(object, CORE_NAMES).with("apiVersion", Json.of("v1"));
    }

    @Override
    public Json.Obj fromStored(Json.Obj stored) {
        return renamed(stored, NAMES).with("apiVersion", Json.of("events.k8s.io/v1"));
    }

    @Override
    public boolean storedAsServed() {
        return false;
    }

    private static Json.Obj renamed(Json.Obj object, Map<String, String> names) {
        var members = new LinkedHashMap<String, Json>();
        object.members().forEach((name, value) -> members.put(names.getOrDefault(name, name), value));
        return new Json.Obj(members);
    }

    private static Map<String, String> turned(Map<String, String> names) {
        var turned = new LinkedHashMap<String, String>();
        names.forEach((name, other) -> turned.put(other, name));
        return turned;
    }
}
