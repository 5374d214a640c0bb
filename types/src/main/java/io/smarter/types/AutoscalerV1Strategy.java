package io.smarter.types;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Autoscalers of version 1 know one metric, the use of the CPU; what those of version 2 have besides is in annotations, as
 * Kubernetes does it, so that nothing is lost on the way through an old client. Version 2 is kept.
 */
final class AutoscalerV1Strategy implements Strategy {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CURRENT = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final List<String> OF_STATUS = List.of(CURRENT, CONDITIONS);
    private static final int USUAL_PERCENT = 80;
    private static final Json.Obj NEW = Json.obj("currentReplicas", 0, "desiredReplicas", 0);

    /** Where version 1 has something of a metric, and where version 2 has it. */
    private record Place(String old, List<String> now) {
        Place(String old, String... now) {
            this(old, List.of(now));
        }

        String[] path() {
            return now.toArray(String[]::new);
        }
    }

    private static final Map<String, List<Place>> WANTED = places("target");
    private static final Map<String, List<Place>> MEASURED = places("current");

    /** @param side what version 2 calls the values */
    private static Map<String, List<Place>> places(String side) {
        var name = new Place("metricName", "metric", "name");
        var selector = new Place("selector", "metric", "selector");
        var value = new Place(side + "Value", side, "value");
        var average = new Place(side + "AverageValue", side, "averageValue");
        var resource = List.of(
                new Place("name", "name"),
                new Place("container", "container"),
                new Place(side + "AverageUtilization", side, "averageUtilization"),
                average);
        return Map.of(
                "resource",
                resource,
                "containerResource",
                resource,
                "pods",
                List.of(name, selector, average),
                "object",
                List.of(
                        new Place("target", "describedObject"),
                        name,
                        selector,
                        value,
                        new Place("averageValue", side, "averageValue")),
                "external",
                List.of(name, new Place("metricSelector", "metric", "selector"), value, average));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean storedAsServed() {
        return false;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return without(object, OF_STATUS).with("status", NEW);
    }

    /** The annotations that stand for a part of the status are the status's. */
    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        var updated = without(object, OF_STATUS);
        for (var name : OF_STATUS) {
            var value = old.at("metadata", "annotations", name);
            if (value != null) updated = updated.withAt(value, "metadata", "annotations", name);
        }
        return updated;
    }

    @Override
    public boolean asksTheSame(Json.Obj object, Json.Obj old) {
        return SchemaValues.same(now(object).object("spec"), now(old).object("spec"));
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        return List.of(DataStrategy.noController("HorizontalPodAutoscaler"));
    }

    @Override
    public String storedVersion(String served) {
        return "autoscaling/v2";
    }

    @Override
    public Json.Obj toStored(Json.Obj object) {
        return now(object);
    }

    // ---- from version 1

    /** An autoscaler of version 1 as version 2 has it. */
    static Json.Obj now(Json.Obj old) {
        var percent = old.at("spec", "targetCPUUtilizationPercentage");
        var metrics = new ArrayList<Json>();
        for (var metric : list(old, METRICS)) metrics.add(metric(metric, WANTED, true));
        if (percent != null) metrics.add(cpu(percent));
        if (metrics.isEmpty()) metrics.add(cpu(Json.of(USUAL_PERCENT)));
        var spec = old.object("spec").without("targetCPUUtilizationPercentage").with("metrics", new Json.Arr(metrics));
        if (annotation(old, BEHAVIOR) instanceof Json.Obj behavior)
            spec = spec.with("behavior", renamed(behavior, false));
        var status = old.object("status").without("currentCPUUtilizationPercentage");
        if (status.number(0, "currentReplicas") == 0) status = status.without("currentReplicas");
        var current = list(old, CURRENT).stream()
                .<Json>map(metric -> metric(metric, MEASURED, true))
                .toList();
        status = status.with("currentMetrics", current.isEmpty() ? Json.Null.NULL : new Json.Arr(current));
        var conditions = list(old, CONDITIONS);
        if (!conditions.isEmpty()) status = status.with("conditions", new Json.Arr(conditions));
        return without(old, List.of(METRICS, BEHAVIOR, CURRENT, CONDITIONS))
                .with("apiVersion", Json.of("autoscaling/v2"))
                .with("spec", spec)
                .with("status", status);
    }

    private static Json.Obj cpu(Json percent) {
        var target = Json.obj("type", "Utilization", "averageUtilization", percent);
        return Json.obj("type", "Resource", "resource", Json.obj("name", "cpu", "target", target));
    }

    private static Json.Obj without(Json.Obj object, List<String> annotations) {
        var left = object.object("metadata", "annotations");
        for (var name : annotations) left = left.without(name);
        return left.members().isEmpty()
                ? object.withoutAt("metadata", "annotations")
                : object.withAt(left, "metadata", "annotations");
    }

    private static @Nullable Json annotation(Json.Obj object, String name) {
        var text = object.textOrEmpty("metadata", "annotations", name);
        try {
            return text.isEmpty() ? null : Json.parse(text);
        } catch (JsonException e) {
            return null; // whoever wrote it meant something else
        }
    }

    private static List<Json> list(Json.Obj object, String annotation) {
        return annotation(object, annotation) instanceof Json.Arr(var items) ? items : List.of();
    }

    // ---- to version 1

    @Override
    public Json.Obj fromStored(Json.Obj stored) {
        var notes = new LinkedHashMap<String, Json>();
        var spec = stored.object("spec").without("metrics").without("behavior");
        var others = new ArrayList<Json>();
        for (var metric : stored.items("spec", "metrics")) {
            var percent = isCpu(metric) ? metric.at("resource", "target", "averageUtilization") : null;
            if (percent == null) others.add(metric(metric, WANTED, false));
            else if (!spec.has("targetCPUUtilizationPercentage"))
                spec = spec.with("targetCPUUtilizationPercentage", percent);
        }
        if (!others.isEmpty()) notes.put(METRICS, new Json.Arr(others));
        if (stored.at("spec", "behavior") instanceof Json.Obj behavior) notes.put(BEHAVIOR, renamed(behavior, true));
        var old = stored.with("apiVersion", Json.of("autoscaling/v1")).with("spec", spec);
        if (stored.has("status")) old = old.with("status", status(stored.object("status"), notes));
        for (var note : notes.entrySet())
            old = old.withAt(Json.of(note.getValue().compact()), "metadata", "annotations", note.getKey());
        return old;
    }

    private static Json.Obj status(Json.Obj stored, Map<String, Json> notes) {
        var status = stored.without("currentMetrics").without("conditions");
        if (!status.has("currentReplicas")) status = status.with("currentReplicas", Json.of(0));
        var current = stored.items("currentMetrics");
        for (var metric : current) {
            var percent = isCpu(metric) ? metric.at("resource", "current", "averageUtilization") : null;
            if (percent != null) status = status.with("currentCPUUtilizationPercentage", percent);
        }
        if (!current.isEmpty())
            notes.put(
                    CURRENT,
                    new Json.Arr(current.stream()
                            .<Json>map(metric -> metric(metric, MEASURED, false))
                            .toList()));
        if (!stored.items("conditions").isEmpty()) notes.put(CONDITIONS, new Json.Arr(stored.items("conditions")));
        return status;
    }

    private static boolean isCpu(Json metric) {
        return metric.textOrEmpty("type").equals("Resource")
                && metric.textOrEmpty("resource", "name").equals("cpu");
    }

    // ---- both ways

    /** A metric in the words of the other version. */
    private static Json metric(Json metric, Map<String, List<Place>> places, boolean toNow) {
        var type = metric.textOrEmpty("type");
        if (type.isEmpty()) return metric;
        var member = lower(type);
        var of = metric.object(member);
        var turned = Json.Obj.EMPTY;
        for (var place : places.getOrDefault(member, List.of())) {
            var value = toNow ? of.at(place.old) : of.at(place.path());
            if (value != null) turned = toNow ? turned.withAt(value, place.path()) : turned.with(place.old, value);
        }
        if (toNow && turned.has("target")) turned = turned.withAt(Json.of(targetType(turned)), "target", "type");
        return Json.obj("type", type, member, turned);
    }

    private static String targetType(Json.Obj metric) {
        var target = metric.object("target");
        if (target.has("averageUtilization")) return "Utilization";
        boolean average = target.has("averageValue") && (metric.has("describedObject") || !target.has("value"));
        return average ? "AverageValue" : "Value";
    }

    /** Kubernetes writes the behavior down with the names that its own program has for the members. */
    private static Json renamed(Json json, boolean upper) {
        return switch (json) {
            case Json.Obj(var members) -> {
                var renamed = new LinkedHashMap<String, Json>();
                members.forEach((name, value) -> renamed.put(upper ? upper(name) : lower(name), renamed(value, upper)));
                yield new Json.Obj(renamed);
            }
            case Json.Arr(var items) ->
                new Json.Arr(items.stream().map(item -> renamed(item, upper)).toList());
            default -> json;
        };
    }

    private static String lower(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static String upper(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
