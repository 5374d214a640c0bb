package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.controllers.Revisions.Current;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Keeps the ControllerRevisions of a DaemonSet as {@link Revisions} says. */
final class DaemonHistory {
    private final ApiClient client;

    DaemonHistory(ApiClient client) {
        this.client = client;
    }

    /** The revision of the present template, made or numbered anew if need be. */
    Json.Obj current(DaemonSet of, List<Json.Obj> revisions) throws IOException {
        return switch (Revisions.current(of, revisions)) {
            case Current.Newest(var revision) -> revision;
            case Current.Again(var revision) -> client.update(Resource.CONTROLLER_REVISIONS, revision);
            case Current.Missing(var revision) -> create(of, revision);
        };
    }

    /*
     * A name that is taken is either our own creation, which the copy of the cluster does not show yet, or two templates
     * with the same hash: then the count of collisions, which is hashed too, goes up and the next attempt has another.
     */
    private Json.Obj create(DaemonSet of, Json.Obj revision) throws IOException {
        try {
            return client.create(Resource.CONTROLLER_REVISIONS, of.namespace(), revision);
        } catch (ApiException e) {
            if (!e.conflict()) throw e;
            var there =
                    client.get(Resource.CONTROLLER_REVISIONS, of.namespace(), revision.textOrEmpty("metadata", "name"));
            boolean same = Owners.controller(there).equals(of.uid())
                    && revision.object("data").equals(there.object("data"));
            if (same) return there;
            var status = Json.obj("status", Json.obj("collisionCount", of.collisions() + 1));
            client.patch(Resource.DAEMON_SETS, of.namespace(), of.name(), PatchType.MERGE, status, "status");
            throw e;
        }
    }

    /** Removes what is over the limit. */
    void clean(DaemonSet of, List<Json.Obj> revisions, String currentHash, Set<String> podHashes) throws IOException {
        for (var old : Revisions.excess(revisions, currentHash, podHashes, of.historyLimit())) {
            try {
                var name = old.textOrEmpty("metadata", "name");
                client.delete(Resource.CONTROLLER_REVISIONS, of.namespace(), name, Json.Obj.EMPTY);
            } catch (ApiException e) {
                if (!e.notFound()) throw e;
            }
        }
    }
}
