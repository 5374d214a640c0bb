package io.smarter.apiserver;

import io.smarter.http.Handler;
import io.smarter.json.Json;
import io.smarter.storage.ApiRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is answered by others than the verbs on stored objects. Filled before the server starts, then only read.
 *
 * <p>A path's handler decides by itself whom it answers. What is below an object is called only for those who may ask
 * for it, with the object as it is.
 */
final class Routes {
    /** Answers for something below an object, such as a pod's log. */
    @FunctionalInterface
    interface Below {
        void handle(ApiRequest request, Json.Obj object) throws Exception;
    }

    /** Answers for objects that are not stored. */
    @FunctionalInterface
    interface Unstored {
        void handle(ApiRequest request) throws Exception;
    }

    private final Map<String, Unstored> connections = new LinkedHashMap<>();
    private final Map<String, Handler> paths = new LinkedHashMap<>();
    private final Map<String, Handler> documents = new LinkedHashMap<>();
    private final Map<String, Below> below = new LinkedHashMap<>();
    private final Map<String, Unstored> collections = new LinkedHashMap<>();

    /** Answers requests for one path and all below it. */
    Routes path(String path, Handler handler) {
        paths.put(path, handler);
        return this;
    }

    /** Answers, for those who may, requests for one path and all below it. */
    Routes document(String path, Handler handler) {
        documents.put(path, handler);
        return this;
    }

    /** Answers requests for a subresource, such as {@code log} of {@code pods}. */
    Routes below(String plural, String subresource, Below handler) {
        below.put(plural + "/" + subresource, handler);
        return this;
    }

    /** Answers, for those who may, requests to something below an object, of which it gets the name only. */
    Routes connect(String plural, String subresource, Unstored handler) {
        connections.put(plural + "/" + subresource, handler);
        return this;
    }

    /** Answers, for those who may, every request for a type that the server does not store. */
    Routes type(String plural, Unstored handler) {
        collections.put(plural, handler);
        return this;
    }

    @Nullable
    Handler forPath(String path) {
        return find(paths, path);
    }

    @Nullable
    Handler forDocument(String path) {
        return find(documents, path);
    }

    /** The paths that are answered for those who may. */
    Stream<String> documents() {
        return documents.keySet().stream();
    }

    private static @Nullable Handler find(Map<String, Handler> routes, String path) {
        for (var route : routes.entrySet()) {
            var prefix = route.getKey();
            if (path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/'))
                return route.getValue();
        }
        return null;
    }

    @Nullable
    Below forSubresource(String plural, String subresource) {
        return below.get(plural + "/" + subresource);
    }

    @Nullable
    Unstored forConnection(String plural, String subresource) {
        return connections.get(plural + "/" + subresource);
    }

    @Nullable
    Unstored forType(String plural) {
        return collections.get(plural);
    }
}
