package io.smarter.openapi;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.schema.Schema;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import io.smarter.types.Versions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says which groups, versions and types there are now (Kubernetes API concepts, "Discovery"). */
public final class Discovery {
    private static final String AGGREGATED = "APIGroupDiscoveryList";

    private final Types types;
    private final Schema schema;

    public Discovery(Types types, Schema schema) {
        this.types = types;
        this.schema = schema;
    }

    /** The versions of each group, the preferred one first. */
    private Map<String, List<String>> versions() {
        var versions = new LinkedHashMap<String, List<String>>();
        for (var type : types.all()) {
            var known = versions.computeIfAbsent(type.resource().group(), _ -> new ArrayList<>());
            if (!known.contains(type.resource().version()))
                known.add(type.resource().version());
        }
        versions.values().forEach(known -> known.sort(Versions::compare));
        return versions;
    }

    /**
     * Answers for {@code /api}, {@code /apis} and the groups and versions below.
     *
     * @return whether that is what the path means
     */
    public boolean handle(Exchange exchange, String path) throws IOException {
        if (path.equals("/api") || path.equals("/apis")) {
            root(exchange, path.equals("/api"));
            return true;
        }
        var document = document(path);
        if (document == null) return false;
        answer(exchange, document);
        return true;
    }

    /** Where it answers. */
    public Stream<String> paths() {
        var paths = new ArrayList<>(List.of("/api", "/apis"));
        versions().forEach((group, all) -> {
            var root = group.isEmpty() ? "/api" : "/apis/" + group;
            if (!group.isEmpty()) paths.add(root);
            for (var version : all) paths.add(root + "/" + version);
        });
        return paths.stream();
    }

    private void root(Exchange exchange, boolean core) throws IOException {
        var version = aggregatedVersion(exchange);
        if (version == null) {
            answer(exchange, core ? coreVersions() : groups());
            return;
        }
        var headers = Headers.of(
                "content-type",
                "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=" + AGGREGATED,
                "cache-control",
                "public",
                "vary",
                "Accept");
        var body = aggregated(core, version).bytes();
        var tag = '"' + Hashes.tag(body) + '"';
        headers.add("etag", tag);
        boolean known = exchange.headers().first("if-none-match", "").equals(tag);
        exchange.respond(known ? 304 : 200, headers, known ? new byte[0] : body);
    }

    /** The version of aggregated discovery that a client takes, or null when it wants the lists of old. */
    private static @Nullable String aggregatedVersion(Exchange exchange) {
        for (var range : String.join(",", exchange.headers().all("accept")).split(",")) {
            var plain = range.replace(" ", "");
            if (!plain.startsWith("application/json")) continue;
            if (!plain.contains("g=apidiscovery.k8s.io") || !plain.contains("as=" + AGGREGATED)) return null;
            if (plain.contains("v=v2beta1")) return "v2beta1";
            if (plain.contains("v=v2")) return "v2";
        }
        return null;
    }

    private void answer(Exchange exchange, Json.Obj document) throws IOException {
        var kind = schema.kind("", "v1", document.textOrEmpty("kind"));
        if (kind == null) Answers.send(exchange, 200, document);
        else Answers.send(exchange, 200, kind, document);
    }

    private Json.@Nullable Obj document(String path) {
        var parts = path.substring(1).split("/", -1);
        if (parts.length == 2 && parts[0].equals("api")) return resources("", parts[1]);
        if (parts.length == 2 && parts[0].equals("apis") && versions().containsKey(parts[1]) && !parts[1].isEmpty())
            return group(parts[1]).with("kind", Json.of("APIGroup")).with("apiVersion", Json.of("v1"));
        return parts.length == 3 && parts[0].equals("apis") ? resources(parts[1], parts[2]) : null;
    }

    private static Json.Obj coreVersions() {
        var address = Json.obj("clientCIDR", "0.0.0.0/0", "serverAddress", "");
        return Json.obj(
                "kind", "APIVersions", "versions", Json.arr("v1"), "serverAddressByClientCIDRs", Json.arr(address));
    }

    private Json.Obj groups() {
        var groups = versions().keySet().stream()
                .filter(group -> !group.isEmpty())
                .map(this::group)
                .toList();
        return Json.obj("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
    }

    private Json.Obj group(String group) {
        var all = versions().getOrDefault(group, List.of()).stream()
                .map(version -> Json.obj("groupVersion", group + "/" + version, "version", version))
                .toList();
        return Json.obj("name", group, "versions", all, "preferredVersion", all.getFirst());
    }

    private Json.@Nullable Obj resources(String group, String version) {
        if (!versions().getOrDefault(group, List.of()).contains(version)) return null;
        var resources = new ArrayList<Json>();
        for (var type : of(group, version)) {
            var resource = type.resource();
            resources.add(Json.obj(
                    "name", resource.plural(),
                    "singularName", type.singular(),
                    "namespaced", resource.namespaced(),
                    "kind", resource.kind(),
                    "verbs", type.verbs(),
                    "shortNames", type.shortNames().isEmpty() ? null : type.shortNames(),
                    "categories", type.categories().isEmpty() ? null : type.categories(),
                    "storageVersionHash", storageVersionHash(type)));
            for (var below : type.subresources()) {
                boolean foreign =
                        !below.group().equals(group) || !below.version().equals(version);
                resources.add(Json.obj(
                        "name",
                        resource.plural() + "/" + below.name(),
                        "singularName",
                        "",
                        "namespaced",
                        resource.namespaced(),
                        "group",
                        foreign ? below.group() : null,
                        "version",
                        foreign ? below.version() : null,
                        "kind",
                        below.kind(),
                        "verbs",
                        below.verbs()));
            }
        }
        return Json.obj(
                "kind",
                "APIResourceList",
                "apiVersion",
                "v1",
                "groupVersion",
                group.isEmpty() ? version : group + "/" + version,
                "resources",
                resources);
    }

    /** By which clients see that a type is stored in another version from now on. */
    private static String storageVersionHash(ApiType type) {
        var resource = type.resource();
        var version = type.strategy().storedVersion(resource.apiVersion());
        var name = (resource.group().isEmpty() ? "/" : "") + version + "/" + resource.kind();
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Json aggregated(boolean core, String apiVersion) {
        var items = new ArrayList<Json>();
        for (var known : versions().entrySet()) {
            var group = known.getKey();
            if (group.isEmpty() != core) continue;
            var all = known.getValue().stream()
                    .map(version -> Json.obj(
                            "version",
                            version,
                            "resources",
                            of(group, version).stream()
                                    .map(Discovery::aggregated)
                                    .toList(),
                            "freshness",
                            "Current"))
                    .toList();
            items.add(Json.obj("metadata", Json.obj("name", group), "versions", all));
        }
        return Json.obj(
                "kind",
                AGGREGATED,
                "apiVersion",
                "apidiscovery.k8s.io/" + apiVersion,
                "metadata",
                Json.Obj.EMPTY,
                "items",
                items);
    }

    private static Json.Obj aggregated(ApiType type) {
        var resource = type.resource();
        var below = type.subresources().stream()
                .map(sub -> Json.obj(
                        "subresource", sub.name(),
                        "responseKind", kind(sub.group(), sub.version(), sub.kind()),
                        "verbs", sub.verbs()))
                .toList();
        return Json.obj(
                "resource",
                resource.plural(),
                "responseKind",
                kind(resource.group(), resource.version(), resource.kind()),
                "scope",
                resource.namespaced() ? "Namespaced" : "Cluster",
                "singularResource",
                type.singular(),
                "verbs",
                type.verbs(),
                "shortNames",
                type.shortNames().isEmpty() ? null : type.shortNames(),
                "categories",
                type.categories().isEmpty() ? null : type.categories(),
                "subresources",
                below.isEmpty() ? null : below);
    }

    private static Json.Obj kind(String group, String version, String kind) {
        return Json.obj("group", group, "version", version, "kind", kind);
    }

    private List<ApiType> of(String group, String version) {
        return types.all().stream()
                .filter(type -> type.resource().group().equals(group)
                        && type.resource().version().equals(version))
                .toList();
    }
}
