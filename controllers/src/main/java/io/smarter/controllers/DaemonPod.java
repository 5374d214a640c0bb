package io.smarter.controllers;

import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a pod when a DaemonSet decides.
 *
 * @param node the node that it is bound to; empty if none
 * @param hash the label that names its revision; empty if it has none
 * @param terminating somebody asked for its deletion
 * @param readySince when it became ready; null while it is not
 */
record DaemonPod(
        String name,
        String uid,
        String node,
        String hash,
        String phase,
        boolean terminating,
        Instant created,
        @Nullable Instant readySince) {
    static final String HASH_LABEL = "controller-revision-hash";

    static DaemonPod of(Json.Obj pod) {
        return new DaemonPod(
                pod.textOrEmpty("metadata", "name"),
                pod.textOrEmpty("metadata", "uid"),
                pod.textOrEmpty("spec", "nodeName"),
                pod.textOrEmpty("metadata", "labels", HASH_LABEL),
                pod.textOrEmpty("status", "phase"),
                pod.text("metadata", "deletionTimestamp") != null,
                time(pod.textOrEmpty("metadata", "creationTimestamp")),
                readySince(pod));
    }

    boolean failed() {
        return phase.equals("Failed");
    }

    boolean ended() {
        return failed() || phase.equals("Succeeded");
    }

    boolean ready() {
        return readySince != null;
    }

    boolean available(Duration minReady, Instant now) {
        return readySince != null
                && (minReady.isZero() || !readySince.plus(minReady).isAfter(now));
    }

    private static @Nullable Instant readySince(Json.Obj pod) {
        for (var condition : pod.items("status", "conditions")) {
            if (!condition.textOrEmpty("type").equals("Ready")) continue;
            return condition.textOrEmpty("status").equals("True")
                    ? time(condition.textOrEmpty("lastTransitionTime"))
                    : null;
        }
        return null;
    }

    static Instant time(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
