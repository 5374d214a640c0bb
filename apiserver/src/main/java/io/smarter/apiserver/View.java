package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.json.Json;
import io.smarter.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The form in which a client wants objects (Kubernetes API concepts, "Receiving resources as Tables" and "Alternate
 * representations"). Immutable; equal views give equal bytes.
 *
 * @param metaVersion of group meta.k8s.io, for tables and metadata
 * @param rows what a table's row carries: {@code None}, {@code Metadata} or {@code Object}
 */
record View(Shape shape, String metaVersion, String rows) {
    /** Whole objects. */
    static final View WHOLE = new View(Shape.WHOLE, "", "");

    static final String YAML = "application/yaml";

    private static final int MAX_ACCEPT = 4096;

    enum Shape {
        WHOLE,
        TABLE,
        METADATA
    }

    /** What a request accepts first of what we have; 406 when that is nothing. */
    static View of(Exchange exchange) {
        var accepted = String.join(",", exchange.headers().all("accept"));
        if (accepted.isBlank()) return WHOLE;
        if (accepted.length() > MAX_ACCEPT) throw notAcceptable();
        for (var range : accepted.split(",")) {
            var parts = range.strip().split(";");
            var type = parts[0].strip().toLowerCase(Locale.ROOT);
            boolean yaml = type.equals(YAML);
            if (!yaml && !type.equals("application/json") && !type.equals("application/*") && !type.equals("*/*"))
                continue;
            var as = parameter(parts, "as");
            if (as.isEmpty()) return WHOLE;
            if (yaml) continue;
            var version = parameter(parts, "v");
            if (!parameter(parts, "g").equals("meta.k8s.io") || !(version.equals("v1") || version.equals("v1beta1")))
                continue;
            if (as.equals("Table")) return new View(Shape.TABLE, version, rows(exchange));
            if (as.startsWith("PartialObjectMetadata")) return new View(Shape.METADATA, version, "");
        }
        throw notAcceptable();
    }

    /** Whether a request accepts YAML before JSON: what is answered is then written so, and cannot be a stream. */
    static boolean inYaml(Exchange exchange) {
        var accepted = String.join(",", exchange.headers().all("accept"));
        if (accepted.length() > MAX_ACCEPT || !accepted.contains("yaml")) return false;
        for (var range : accepted.split(",")) {
            var type = range.strip().toLowerCase(Locale.ROOT);
            if (type.startsWith("application/json") || type.startsWith("*/*")) return false;
            if (type.equals(YAML)) return true;
        }
        return false;
    }

    /** One object. */
    byte[] object(ApiType type, Stored object, Instant now) {
        return switch (shape) {
            case WHOLE -> object.json();
            case METADATA -> metadata(object).bytes();
            case TABLE -> {
                var revision = Json.obj("resourceVersion", Long.toString(object.revision()));
                yield table(type, List.of(object), revision, now).bytes();
            }
        };
    }

    /** A list of objects. */
    byte[] list(ApiType type, List<Stored> objects, Json.Obj listMetadata, Instant now) {
        return switch (shape) {
            case WHOLE -> wholeList(type, objects, listMetadata);
            case METADATA ->
                Json.obj(
                                "kind",
                                "PartialObjectMetadataList",
                                "apiVersion",
                                metaApiVersion(),
                                "metadata",
                                listMetadata,
                                "items",
                                objects.stream().map(this::metadata).toList())
                        .bytes();
            case TABLE -> table(type, objects, listMetadata, now).bytes();
        };
    }

    /** What a bookmark carries: no object, but a revision. */
    byte[] bookmark(ApiType type, long revision, boolean initialEventsEnd) {
        var metadata = Json.obj(
                "resourceVersion",
                Long.toString(revision),
                "annotations",
                initialEventsEnd ? Json.obj("k8s.io/initial-events-end", "true") : null);
        return switch (shape) {
            case WHOLE ->
                Json.obj(
                                "kind", type.resource().kind(),
                                "apiVersion", type.resource().apiVersion(),
                                "metadata", metadata.with("creationTimestamp", Json.Null.NULL))
                        .bytes();
            case METADATA ->
                Json.obj("kind", "PartialObjectMetadata", "apiVersion", metaApiVersion(), "metadata", metadata)
                        .bytes();
            case TABLE -> table(type, List.of(), metadata, Instant.EPOCH).bytes();
        };
    }

    private byte[] wholeList(ApiType type, List<Stored> objects, Json.Obj listMetadata) {
        int size = 256;
        for (var object : objects) size += object.entry().value().length + 64;
        var out = new JsonWriter(size)
                .raw("{\"kind\":\"" + type.listKind() + "\",\"apiVersion\":\""
                        + type.resource().apiVersion() + "\",\"metadata\":")
                .write(listMetadata)
                .raw(",\"items\":[");
        boolean first = true;
        for (var object : objects) {
            if (!first) out.raw(",");
            first = false;
            out.raw(object.json());
        }
        return out.raw("]}").bytes();
    }

    private Json.Obj table(ApiType type, List<Stored> objects, Json.Obj listMetadata, Instant now) {
        var tableRows = new ArrayList<Json>();
        for (var object : objects) {
            var row = Json.obj("cells", type.columns().cells(object.tree(), now));
            tableRows.add(
                    switch (rows) {
                        case "None" -> row;
                        case "Object" -> row.with("object", object.tree());
                        default -> row.with("object", metadata(object));
                    });
        }
        return Json.obj(
                "kind",
                "Table",
                "apiVersion",
                metaApiVersion(),
                "metadata",
                listMetadata,
                "columnDefinitions",
                type.columns().definitions(),
                "rows",
                tableRows);
    }

    private Json.Obj metadata(Stored object) {
        return Json.obj(
                "kind", "PartialObjectMetadata",
                "apiVersion", metaApiVersion(),
                "metadata", object.tree().object("metadata"));
    }

    private String metaApiVersion() {
        return "meta.k8s.io/" + metaVersion;
    }

    private static String rows(Exchange exchange) {
        var wanted = exchange.query().first("includeObject", "Metadata");
        if (wanted.equals("None") || wanted.equals("Metadata") || wanted.equals("Object")) return wanted;
        throw Status.badRequest("includeObject must be None, Metadata or Object, was " + wanted)
                .error();
    }

    private static String parameter(String[] parts, String name) {
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i].strip();
            if (part.startsWith(name + "=")) return part.substring(name.length() + 1);
        }
        return "";
    }

    static StatusException notAcceptable() {
        return Status.of(
                        406,
                        "NotAcceptable",
                        "only the following media types are accepted: application/json, application/yaml, "
                                + "application/json;as=Table;v=v1;g=meta.k8s.io, "
                                + "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
                .error();
    }
}
