package io.smarter.controllers;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.controllers.Rollout.Strategy;
import io.smarter.json.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A DaemonSet object, read with the defaults of apps/v1. */
record DaemonSet(Json.Obj object) {
    String namespace() {
        return object.textOrEmpty("metadata", "namespace");
    }

    String name() {
        return object.textOrEmpty("metadata", "name");
    }

    String uid() {
        return object.textOrEmpty("metadata", "uid");
    }

    /** {@code namespace/name}. */
    String key() {
        return namespace() + "/" + name();
    }

    boolean deleting() {
        return object.text("metadata", "deletionTimestamp") != null;
    }

    long generation() {
        return object.number(0, "metadata", "generation");
    }

    Json.Obj template() {
        return object.object("spec", "template");
    }

    /** What its pods are chosen by; nothing if the selector is missing or cannot be understood. */
    LabelSelector selector() {
        var selector = object.object("spec", "selector");
        if (selector.members().isEmpty()) return LabelSelector.nothing();
        try {
            return LabelSelector.of(selector);
        } catch (SelectorException e) {
            return LabelSelector.nothing();
        }
    }

    /**
     * How pods are replaced during an update, of a DaemonSet that is to have so many; percentages are rounded up. Where
     * neither may be done, one pod may be unavailable.
     */
    Strategy strategy(int desired) {
        if (object.textOrEmpty("spec", "updateStrategy", "type").equals("OnDelete")) return new Strategy.OnDelete();
        var rolling = object.object("spec", "updateStrategy", "rollingUpdate");
        if (scaled(rolling.get("maxSurge"), 1, 0) > 0)
            return new Strategy.Surging(scaled(rolling.get("maxSurge"), desired, 0));
        return new Strategy.Stopping(Math.max(1, scaled(rolling.get("maxUnavailable"), desired, 1)));
    }

    private static int scaled(@Nullable Json given, int of, int fallback) {
        if (given instanceof Json.Num number) return (int) Math.min(Integer.MAX_VALUE, number.asLong());
        if (!(given instanceof Json.Str(var text)) || !text.endsWith("%")) return fallback;
        try {
            long percent = Long.parseLong(text.substring(0, text.length() - 1));
            return (int) Math.min(Integer.MAX_VALUE, (Math.max(0, percent) * of + 99) / 100);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    Duration minReady() {
        return Duration.ofSeconds(Math.max(0, object.number(0, "spec", "minReadySeconds")));
    }

    int historyLimit() {
        return (int) Math.max(0, object.number(10, "spec", "revisionHistoryLimit"));
    }

    long collisions() {
        return object.number(0, "status", "collisionCount");
    }

    /** What its dependants carry to say whose they are. */
    Json.Obj ownerReference() {
        return Json.obj(
                "apiVersion",
                "apps/v1",
                "kind",
                "DaemonSet",
                "name",
                name(),
                "uid",
                uid(),
                "controller",
                true,
                "blockOwnerDeletion",
                true);
    }
}
