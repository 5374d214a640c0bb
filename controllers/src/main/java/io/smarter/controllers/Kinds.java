package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the type that an API version and a kind mean, as the server's discovery says. Safe for use by many threads. */
final class Kinds {
    private final ApiClient client;
    private final Map<String, Resource> known = new ConcurrentHashMap<>();

    Kinds(ApiClient client) {
        this.client = client;
    }

    /** Null when the server has no such type. */
    @Nullable
    Resource find(String apiVersion, String kind) throws IOException {
        var key = apiVersion + "/" + kind;
        var found = known.get(key);
        if (found != null) return found;
        var path = (apiVersion.indexOf('/') < 0 ? "/api/" : "/apis/") + apiVersion;
        var response = client.raw("GET", path, null, new byte[0]);
        if (response.status() == 404) return null;
        if (response.status() != 200) throw new IOException("%s: status %d".formatted(path, response.status()));
        for (var one : Json.parse(response.body()).items("resources")) {
            if (one.textOrEmpty("name").contains("/")) continue;
            known.put(apiVersion + "/" + one.textOrEmpty("kind"), resource(apiVersion, one));
        }
        return known.get(key);
    }

    private static Resource resource(String apiVersion, Json one) {
        int slash = apiVersion.indexOf('/');
        return new Resource(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1),
                one.textOrEmpty("name"),
                one.textOrEmpty("kind"),
                one.flag("namespaced"));
    }
}
