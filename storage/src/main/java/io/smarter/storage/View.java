package io.smarter.storage;

import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.http.Exchange;
import io.smarter.json.Json;
import io.smarter.json.JsonWriter;
import io.smarter.requests.Form;
import io.smarter.schema.ProtobufAnswers;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaProtobuf;
import io.smarter.types.ApiType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The form in which a client wants objects (Kubernetes API concepts, "Receiving resources as Tables" and "Alternate
 * representations"). Immutable; equal views give equal bytes.
 *
 * @param metaVersion of group meta.k8s.io, for tables and metadata
 * @param rows what a table's row carries: {@code None}, {@code Metadata} or {@code Object}
 */
public record View(Form form, Shape shape, String metaVersion, String rows) {

    private static final View WHOLE_JSON = new View(Form.JSON, Shape.WHOLE, "", "");

    public enum Shape {
        WHOLE,
        TABLE,
        METADATA
    }

    /** What a request accepts first of what we have of a kind; 406 when that is nothing. */
    public static View of(Exchange exchange, SchemaKind kind) {
        var accepted = Form.accepted(exchange);
        if (accepted.isEmpty()) return whole(Form.JSON);
        for (var range : accepted) {
            var form = range.form();
            if (form == null) continue;
            var as = range.parameter("as");
            if (as.isEmpty()) {
                if (form == Form.PROTOBUF && !kind.inProtobuf()) continue;
                return whole(form);
            }
            var version = range.parameter("v");
            boolean known = version.equals("v1") || version.equals("v1beta1");
            if (form == Form.YAML || !known || !range.parameter("g").equals("meta.k8s.io")) continue;
            if (as.equals("Table") && form == Form.JSON) return new View(form, Shape.TABLE, version, rows(exchange));
            if (as.startsWith("PartialObjectMetadata")) return new View(form, Shape.METADATA, version, "");
        }
        throw notAcceptable();
    }

    private static View whole(Form form) {
        return form == Form.JSON ? WHOLE_JSON : new View(form, Shape.WHOLE, "", "");
    }

    /** One object. */
    public byte[] object(ApiType type, Stored object, Instant now) {
        if (form == Form.PROTOBUF) return ProtobufAnswers.object(kind(type), object.tree());
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
    public byte[] list(ApiType type, List<Stored> objects, Json.Obj listMetadata, Instant now) {
        if (form == Form.PROTOBUF) {
            var listKind = shape == Shape.METADATA ? "PartialObjectMetadataList" : type.listKind();
            return ProtobufAnswers.list(kind(type), listKind, objects, listMetadata);
        }
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
    public byte[] bookmark(ApiType type, long revision, boolean initialEventsEnd) {
        var metadata = Json.obj(
                "resourceVersion",
                Long.toString(revision),
                "annotations",
                initialEventsEnd ? Json.obj("k8s.io/initial-events-end", "true") : null);
        if (form == Form.PROTOBUF) return ProtobufAnswers.object(kind(type), Json.obj("metadata", metadata));
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

    /** One event of a watch, with its object in this form. */
    public byte[] event(String name, byte[] object) {
        return form == Form.PROTOBUF ? ProtobufAnswers.event(name, object) : Change.line(name, object);
    }

    private SchemaKind kind(ApiType type) {
        return shape == Shape.METADATA ? ProtobufAnswers.metadataOf(type.kind(), metaVersion) : type.kind();
    }

    private byte[] wholeList(ApiType type, List<Stored> objects, Json.Obj listMetadata) {
        int size = 256;
        for (var object : objects) size += object.entry().value().length + 64;
        boolean missing = type.strategy().listsAlwaysContinue() && !listMetadata.has("continue");
        var out = new JsonWriter(size)
                .raw("{\"kind\":\"" + type.listKind() + "\",\"apiVersion\":\""
                        + type.resource().apiVersion() + "\",\"metadata\":")
                .write(missing ? listMetadata.with("continue", Json.of("")) : listMetadata)
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

    public static StatusException notAcceptable() {
        return Status.of(
                        406,
                        "NotAcceptable",
                        "only the following media types are accepted: application/json, application/yaml, "
                                + SchemaProtobuf.MEDIA_TYPE
                                + ", "
                                + "application/json;as=Table;v=v1;g=meta.k8s.io, "
                                + "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
                .error();
    }
}
