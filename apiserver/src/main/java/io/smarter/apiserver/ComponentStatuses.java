package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Stored;
import io.smarter.storage.View;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** Says of the parts of this server whether they are well (core/v1 ComponentStatus): of the one that there is, its store. */
final class ComponentStatuses {
    private static final List<String> NOTICES = List.of("v1 ComponentStatus is deprecated in v1.19+");
    private static final String STORE = "store";

    private final Store store;
    private final Clock clock;

    ComponentStatuses(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void handle(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var type = request.type();
        if (request.verb().equals("get")) {
            if (!request.name().equals(STORE))
                throw Status.notFound(type.resource(), request.name()).error();
            var bytes = view.object(type, storeStatus(type), clock.instant());
            Answers.send(request.exchange(), 200, view.form(), bytes, NOTICES);
            return;
        }
        var selection = request.selection();
        var objects = Stream.of(storeStatus(type))
                .filter(object -> selection.matches(object.tree()))
                .toList();
        Answers.send(
                request.exchange(),
                200,
                view.form(),
                view.list(type, objects, Json.Obj.EMPTY, clock.instant()),
                NOTICES);
    }

    private Stored storeStatus(ApiType type) {
        var condition = Json.obj("type", "Healthy", "status", "True", "message", "ok");
        try {
            store.get(Types.COMPONENT_STATUSES.path());
        } catch (RuntimeException e) {
            condition = Json.obj("type", "Healthy", "status", "False", "error", e.toString());
        }
        var status = Json.obj(
                "apiVersion",
                Types.COMPONENT_STATUSES.apiVersion(),
                "kind",
                Types.COMPONENT_STATUSES.kind(),
                "metadata",
                Json.obj("name", STORE),
                "conditions",
                Json.arr(condition));
        return Changes.unwritten(type, status, 0);
    }
}
