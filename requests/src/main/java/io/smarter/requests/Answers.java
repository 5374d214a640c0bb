package io.smarter.requests;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import io.smarter.schema.ProtobufAnswers;
import io.smarter.schema.SchemaKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends answers in JSON, or YAML or protobuf for who prefers that: compressed when long and the client takes that, indented when it asks. */
public final class Answers {
    private static final int COMPRESS_FROM = 128 << 10;

    /** How long the warnings of an answer may be together, in characters, as in Kubernetes. */
    private static final int MAX_WARNINGS = 4096;

    private Answers() {}

    /** A document that has no protobuf form. */
    public static void send(Exchange exchange, int code, Json body) throws IOException {
        send(exchange, code, Form.of(exchange, false), body.bytes(), new Headers());
    }

    /** An object that is not stored. */
    public static void send(Exchange exchange, int code, SchemaKind kind, Json.Obj object) throws IOException {
        send(exchange, code, kind, object, List.of());
    }

    public static void send(Exchange exchange, int code, SchemaKind kind, Json.Obj object, List<String> warnings)
            throws IOException {
        var form = Form.of(exchange, kind.inProtobuf());
        var body = form == Form.PROTOBUF ? ProtobufAnswers.object(kind, object) : object.bytes();
        send(exchange, code, form, body, warnings);
    }

    public static void send(Exchange exchange, Status status) throws IOException {
        var headers = new Headers();
        if (status.details().at("retryAfterSeconds") instanceof Json.Num seconds)
            headers.add("retry-after", seconds.literal());
        status(exchange, status.code(), status.json(), headers);
    }

    /** A meta/v1 Status. */
    public static void status(Exchange exchange, int code, Json.Obj status) throws IOException {
        status(exchange, code, status, new Headers());
    }

    private static void status(Exchange exchange, int code, Json.Obj status, Headers headers) throws IOException {
        var form = Form.of(exchange, true);
        var body = form == Form.PROTOBUF ? ProtobufAnswers.status(status) : status.bytes();
        send(exchange, code, form, body, headers);
    }

    /**
     * @param body JSON if the form is YAML
     * @param warnings what the client should show its user (RFC 9111 §5.5, as Kubernetes uses it)
     */
    public static void send(Exchange exchange, int code, Form form, byte[] body, List<String> warnings)
            throws IOException {
        var headers = new Headers();
        int room = MAX_WARNINGS;
        for (var warning : warnings) {
            room -= warning.length();
            if (room < 0) break;
            headers.add("warning", "299 - " + quoted(warning));
        }
        send(exchange, code, form, body, headers);
    }

    private static void send(Exchange exchange, int code, Form form, byte[] bytes, Headers headers) throws IOException {
        headers.add("content-type", form.mediaType()).add("cache-control", "no-cache, private");
        boolean pretty = form == Form.JSON && exchange.query().flag("pretty");
        var body = form == Form.YAML || pretty ? readable(bytes, form == Form.YAML) : bytes;
        if (body.length >= COMPRESS_FROM && Gzip.accepted(exchange)) {
            body = Gzip.compressed(body);
            headers.add("content-encoding", "gzip").add("vary", "Accept-Encoding");
        }
        exchange.respond(code, headers, body);
    }

    private static byte[] readable(byte[] json, boolean yaml) {
        var body = Json.parse(json);
        return (yaml ? Yaml.text(body) : body.pretty()).getBytes(StandardCharsets.UTF_8);
    }

    /** As a quoted string (RFC 9110 §5.6.4), without what would break out of its line. */
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') quoted.append('\\');
            if (c >= 0x20 && c < 0x7f) quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
