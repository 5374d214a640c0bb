package io.smarter.requests;

import io.smarter.api.Status;
import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Exchange;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.json.JsonReader;
import io.smarter.json.Yaml;
import io.smarter.schema.SchemaDecoder;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaProtobuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a request carries, read.
 *
 * @param duplicates what is wrong with members that were given twice, in words
 */
public record Body(Json json, List<String> duplicates) {
    /** How long a request's body may be, in bytes, as in Kubernetes. */
    public static final int LIMIT = 3 << 20;

    /** How much more than that is taken and thrown away, in bytes. */
    private static final int DISCARDED = 64 << 20;

    /** How long a stored object may be, in bytes, as in etcd. */
    public static final int STORED_LIMIT = 3 << 19;

    static final String ACCEPTED = "application/json, application/yaml, " + SchemaProtobuf.MEDIA_TYPE;

    /** Reads an object of a kind in JSON, YAML or protobuf, whichever the request says it is. */
    public static Body ofObject(Exchange exchange, SchemaKind kind) throws IOException {
        return ofObject(exchange, kind, bytes(exchange));
    }

    /** As {@link #ofObject(Exchange, SchemaKind)}, from the body's text. */
    public static Body ofObject(Exchange exchange, SchemaKind kind, byte[] text) {
        return switch (mediaType(exchange)) {
            case "", "application/json", "*/*" -> json(text);
            case "application/yaml" -> yaml(text);
            case SchemaProtobuf.MEDIA_TYPE -> protobuf(kind, text);
            default -> throw Status.unsupportedMediaType(ACCEPTED).error();
        };
    }

    /**
     * An object that says it is of a kind, or does not say what it is.
     *
     * @param older versions of the kind with the same fields
     */
    public static Json.Obj ofKind(Exchange exchange, SchemaKind kind, String... older) throws IOException {
        var object = ofObject(exchange, kind).object();
        checkKind(kind, object, older);
        return object;
    }

    /** Refuses an object that says it is of another kind. */
    public static void checkKind(SchemaKind kind, Json.Obj object, String... older) {
        var named = object.textOrEmpty("kind");
        var version = object.textOrEmpty("apiVersion");
        boolean right = named.isEmpty() || named.equals(kind.kind());
        boolean known = version.isEmpty()
                || version.equals(kind.apiVersion())
                || List.of(older).contains(version);
        if (!right || !known)
            throw Status.badRequest(
                            "%s %s is expected, not %s %s".formatted(kind.apiVersion(), kind.kind(), version, named))
                    .error();
    }

    /** An object of a kind, without fields that do not exist. */
    public static Json.Obj decoded(SchemaKind kind, Json.Obj object) {
        return switch (SchemaDecoder.decode(kind, object)) {
            case SchemaDecoder.Outcome.Decoded decoded -> decoded.object();
            case SchemaDecoder.Outcome.Malformed(var message) ->
                throw Status.badRequest("%s in version \"%s\" cannot be handled as a %s: %s"
                                .formatted(kind.kind(), kind.version(), kind.kind(), message))
                        .error();
        };
    }

    public static Body json(byte[] text) {
        var duplicates = new ArrayList<String>();
        try {
            return new Body(new JsonReader(text, path -> duplicates.add(twice(path))).read(), duplicates);
        } catch (JsonException e) {
            throw Status.badRequest("the object provided is unrecognized: couldn't get version/kind; json parse error: "
                            + e.getMessage())
                    .error();
        }
    }

    private static String twice(String path) {
        return "duplicate field \"" + path.replace(".[", "[") + '"';
    }

    public static Body yaml(byte[] text) {
        var duplicates = new ArrayList<String>();
        try {
            var json = Yaml.parse(text, duplicate -> duplicates.add("yaml: unmarshal errors:\n  " + duplicate));
            return new Body(json, duplicates);
        } catch (JsonException e) {
            throw Status.badRequest("error converting YAML to JSON: " + e.getMessage())
                    .error();
        }
    }

    private static Body protobuf(SchemaKind kind, byte[] message) {
        try {
            return new Body(SchemaProtobuf.decode(kind, message), List.of());
        } catch (JsonException e) {
            throw Status.badRequest("the object provided is unrecognized: " + e.getMessage())
                    .error();
        }
    }

    /** The whole body, however it is written. */
    public static byte[] bytes(Exchange exchange) throws IOException {
        try {
            return exchange.body(LIMIT);
        } catch (BodyTooLargeException e) {
            discard(exchange);
            throw Status.tooLarge(LIMIT).error(e);
        }
    }

    /**
     * Takes the rest of a body that is too long, but not by far, and throws it away: Debian 12's curl does not see an answer
     * over HTTP/2 that comes while it still sends. Who waits to be told to go on is told the answer instead.
     */
    private static void discard(Exchange exchange) throws IOException {
        if (exchange.headers().first("expect") != null) return;
        var in = exchange.body();
        var part = new byte[8 << 10];
        int left = DISCARDED;
        for (int count; left > 0 && (count = in.read(part)) >= 0; ) left -= count;
    }

    /** The content type without its parameters, in lower case; empty when there is none. */
    public static String mediaType(Exchange exchange) {
        var header = exchange.headers().first("content-type", "");
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** The object, which must be one. */
    public Json.Obj object() {
        if (json instanceof Json.Obj object) return object;
        throw Status.badRequest("the object provided is unrecognized: a JSON object is expected")
                .error();
    }
}
