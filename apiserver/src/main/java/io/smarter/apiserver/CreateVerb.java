package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import java.io.IOException;

/** Makes objects. */
final class CreateVerb {
    private static final int NAMES_TRIED = 8;

    private final Admission admission;
    private final Changes changes;

    CreateVerb(Admission admission, Changes changes) {
        this.admission = admission;
        this.changes = changes;
    }

    void handle(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var options = WriteOptions.of(request);
        var decoded = admission.decoded(
                request.type(), Body.ofObject(request.exchange(), request.type().kind()), options);
        var sent = request.type().strategy().sentBy(decoded, request.user());
        admission.authorization().checkContent(request, sent, Json.Obj.EMPTY);
        var made = create(request, sent, options);
        var bytes = view.object(request.type(), made, admission.now());
        Answers.send(request.exchange(), 201, view.form(), bytes, options.warnings());
    }

    /** A name that we chose and that is taken is no reason to give up. */
    private Stored create(ApiRequest request, Json.Obj sent, WriteOptions options) {
        boolean chosen = sent.textOrEmpty("metadata", "name").isEmpty();
        for (int attempt = 1; ; attempt++) {
            var object = admission.created(request.type(), request.namespace(), sent, options);
            var made = changes.create(request.type(), object, options.dryRun());
            if (made.isPresent()) return made.get();
            if (!chosen || attempt == NAMES_TRIED)
                throw Status.alreadyExists(request.type().resource(), object.textOrEmpty("metadata", "name"))
                        .error();
        }
    }
}
