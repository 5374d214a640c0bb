package io.smarter.openapi;

import io.smarter.api.Version;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.Gzip;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.Schema;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers {@code /openapi/v2}, {@code /openapi/v3} and what is below. A document is made when somebody asks for it and kept
 * compressed, a tenth of its size; its hash is that of what it is made from. Safe for use by many threads.
 */
public final class OpenApi implements Handler {
    private static final String ROOT = "/openapi/v3";
    private static final String JSON = "application/json";

    /** What the original answers, too: kubectl asks with an at-sign, which no media type may contain. */
    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final Pattern TAKES_JSON = Pattern.compile("application/(json|\\*)|\\*/\\*");
    private static final Pattern TAKES_PROTOBUF = Pattern.compile("spec\\.v2[.@]v1\\.0\\+protobuf");

    private final Schema schema;
    private final Types types;
    private volatile State state = new State(List.of(), Map.of(), "", Map.of());

    /** The types that documents are made of, and the documents made so far. */
    private record State(
            List<ApiType> types, Map<String, List<ApiType>> groups, String hash, Map<String, byte[]> documents) {}

    public OpenApi(Schema schema, Types types) {
        this.schema = schema;
        this.types = types;
    }

    private State state(List<ApiType> all) {
        var groups = new LinkedHashMap<String, List<ApiType>>();
        for (var type : all) {
            var resource = type.resource();
            var path = (resource.group().isEmpty() ? "api/" : "apis/") + resource.apiVersion();
            groups.merge(path, List.of(type), OpenApi::joined);
        }
        return new State(all, groups, hash(schema, all), new ConcurrentHashMap<>());
    }

    /** Of the types that there are now. */
    private State now() {
        var known = state;
        if (known.types.equals(types.all())) return known;
        known = state(types.all());
        state = known;
        return known;
    }

    private static List<ApiType> joined(List<ApiType> left, List<ApiType> right) {
        return Stream.concat(left.stream(), right.stream()).toList();
    }

    private static String hash(Schema schema, List<ApiType> types) {
        var digest = Hashes.digest();
        digest.update(schema.source().getBytes(StandardCharsets.UTF_8));
        for (var type : types) {
            digest.update(type.resource().toString().getBytes(StandardCharsets.UTF_8));
            if (type.kind().type() instanceof CustomSchema custom)
                digest.update(custom.raw().bytes());
        }
        return Hashes.tag(digest);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        var path = exchange.path();
        if (path.equals("/openapi/v2")) {
            v2(exchange);
        } else if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            answer(exchange, JSON, "v3", () -> root().bytes());
        } else if (path.startsWith(ROOT + "/") && now().groups.containsKey(path.substring(ROOT.length() + 1))) {
            var group = path.substring(ROOT.length() + 1);
            var hash = exchange.query().first("hash", "");
            if (hash.isEmpty() || hash.equals(now().hash))
                answer(exchange, JSON, group, () -> document(group).bytes());
            else exchange.respond(301, Headers.of("location", address(group, now())), new byte[0]);
        } else {
            exchange.respond(404, new Headers(), new byte[0]);
        }
    }

    private void v2(Exchange exchange) throws IOException {
        var accept = String.join(",", exchange.headers().all("accept"));
        if (accept.isEmpty() || TAKES_JSON.matcher(accept).find())
            answer(exchange, JSON, "v2", () -> swagger().bytes());
        else if (TAKES_PROTOBUF.matcher(accept).find())
            answer(exchange, PROTOBUF, "v2-protobuf", () -> OpenApiProtobuf.document(swagger()));
        else exchange.respond(406, new Headers(), new byte[0]);
    }

    private void answer(Exchange exchange, String mediaType, String name, Supplier<byte[]> make) throws IOException {
        var now = now();
        var tag = '"' + now.hash + '-' + name.replace('/', '-') + '"';
        var headers = Headers.of("content-type", mediaType, "etag", tag, "vary", "Accept", "vary", "Accept-Encoding");
        if (exchange.query().has("hash")) headers.add("cache-control", "public, immutable, max-age=31536000");
        if (exchange.headers().first("if-none-match", "").contains(tag)) {
            exchange.respond(304, headers, new byte[0]);
            return;
        }
        var compressed = now.documents.computeIfAbsent(name, _ -> Gzip.compressed(make.get()));
        if (Gzip.accepted(exchange)) exchange.respond(200, headers.add("content-encoding", "gzip"), compressed);
        else exchange.respond(200, headers, Gzip.expanded(compressed));
    }

    /** Where a document is as it is now: what is found there never changes. */
    private static String address(String group, State state) {
        return ROOT + "/" + group + "?hash=" + state.hash;
    }

    /** The list of documents. */
    Json.Obj root() {
        var paths = new LinkedHashMap<String, Json>();
        var now = now();
        for (var group : now.groups.keySet()) paths.put(group, Json.obj("serverRelativeURL", address(group, now)));
        return Json.obj("paths", new Json.Obj(paths));
    }

    /** The OpenAPI 3.0 document of one group and version, such as {@code apis/apps/v1}. */
    Json.Obj document(String group) {
        var types = now().groups.getOrDefault(group, List.of());
        var dialect = OpenApiSchemas.V3;
        return Json.obj(
                "openapi", "3.0.0",
                "info", Json.obj("title", "SMARTER", "version", "v" + Version.NUMBER),
                "paths", new OpenApiPaths(schema, dialect).of(types),
                "components", Json.obj("schemas", new OpenApiSchemas(schema, dialect).of(types)));
    }

    /** The Swagger 2.0 document of everything. */
    Json.Obj swagger() {
        var types = now().groups.values().stream().flatMap(List::stream).toList();
        var dialect = OpenApiSchemas.V2;
        return Json.obj(
                "swagger", "2.0",
                "info", Json.obj("title", "SMARTER", "version", "v" + Version.NUMBER),
                "paths", new OpenApiPaths(schema, dialect).of(types),
                "definitions", new OpenApiSchemas(schema, dialect).of(types));
    }
}
