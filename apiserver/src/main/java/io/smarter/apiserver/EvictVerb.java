package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import java.io.IOException;
import java.time.Clock;

/**
 * Deletes a pod as {@code kubectl drain} asks for it (policy/v1 Eviction). There are no disruption budgets, so nothing
 * stands against it but what the caller demands of the pod.
 */
final class EvictVerb {
    private final Deletions deletions;
    private final SchemaKind eviction;
    private final AdmissionGate gate;
    private final Clock clock;

    /** @param eviction the kind of what is sent */
    EvictVerb(Deletions deletions, SchemaKind eviction, AdmissionGate gate, Clock clock) {
        this.gate = gate;
        this.deletions = deletions;
        this.eviction = eviction;
        this.clock = clock;
    }

    void handle(ApiRequest request) throws IOException {
        var sent = Body.ofKind(request.exchange(), eviction, "policy/v1beta1");
        var name = sent.textOrEmpty("metadata", "name");
        if (!name.isEmpty() && !name.equals(request.name()))
            throw Status.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, request.name()))
                    .error();
        var admitted = gate.below(WriteOptions.of(request), eviction, sent, null);
        var options = DeleteOptions.of(request.exchange(), admitted.object("deleteOptions"));
        deletions.delete(request.type(), request.namespace(), request.name(), options, clock.instant());
        Answers.status(request.exchange(), 201, Status.success(201));
    }
}
