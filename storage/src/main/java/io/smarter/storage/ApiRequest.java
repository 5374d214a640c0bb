package io.smarter.storage;

import io.smarter.api.User;
import io.smarter.http.Exchange;
import io.smarter.http.Query;
import io.smarter.types.ApiType;

/**
 * A request about objects, as its URL says (Kubernetes API concepts, "Resource URIs").
 *
 * @param verb as authorization names it: get, list, watch, create, update, patch, delete, deletecollection
 * @param namespace empty for all, and for cluster-scoped types
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
public record ApiRequest(
        Exchange exchange, User user, String verb, ApiType type, String namespace, String name, String subresource) {

    public Query query() {
        return exchange.query();
    }

    public Selection selection() {
        return Selection.of(type, query());
    }
}
