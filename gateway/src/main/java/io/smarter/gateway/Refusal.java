package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;

/** The failure of a pod that may not run here, which is put over what the cloud says of it until the cloud knows. */
record Refusal(String reason, String message) {
    /** The pod with its failure. */
    Pod of(Pod pod) {
        return new Pod(pod.tree()
                .withAt(Json.of("Failed"), "status", "phase")
                .withAt(Json.of(reason), "status", "reason")
                .withAt(Json.of(message), "status", "message"));
    }
}
