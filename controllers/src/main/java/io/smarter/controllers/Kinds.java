package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.List;
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
        for (var one : read((apiVersion.indexOf('/') < 0 ? "/api/" : "/apis/") + apiVersion, "resources")) {
            var name = one.textOrEmpty("name");
            if (name.contains("/")) continue;
            var type = Resource.in(apiVersion, name, one.textOrEmpty("kind"), one.flag("namespaced"));
            known.put(apiVersion + "/" + type.kind(), type);
        }
        return known.get(key);
    }

    /** The type in a version that the server has, when it may have dropped one; null when it has none. */
    @Nullable
    Resource findAnew(Resource type) throws IOException {
        if (type.group().isEmpty()) return type;
        known.values().removeIf(one -> one.group().equals(type.group()));
        for (var version : read("/apis/" + type.group(), "versions")) {
            var found = find(version.textOrEmpty("groupVersion"), type.kind());
            if (found != null) return found;
        }
        return null;
    }

    /** The items of a document; none when the server has no such document. */
    private List<Json> read(String path, String member) throws IOException {
        var response = client.raw("GET", path, null, new byte[0]);
        if (response.status() == 404) return List.of();
        if (response.status() != 200) throw new IOException("%s: status %d".formatted(path, response.status()));
        return Json.parse(response.body()).items(member);
    }
}
