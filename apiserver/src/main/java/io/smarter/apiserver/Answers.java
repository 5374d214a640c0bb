package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends answers in JSON, or YAML for who prefers it: compressed when long and the client takes that, indented when it asks. */
final class Answers {
    private static final int COMPRESS_FROM = 128 << 10;

    private Answers() {}

    static void send(Exchange exchange, int code, Json body) throws IOException {
        send(exchange, code, body.bytes(), List.of());
    }

    static void send(Exchange exchange, Status status) throws IOException {
        var headers = new Headers();
        if (status.details().at("retryAfterSeconds") instanceof Json.Num seconds)
            headers.add("retry-after", seconds.literal());
        send(exchange, status.code(), status.json().bytes(), headers);
    }

    /** @param warnings what the client should show its user (RFC 9111 §5.5, as Kubernetes uses it) */
    static void send(Exchange exchange, int code, byte[] json, List<String> warnings) throws IOException {
        var headers = new Headers();
        for (var warning : warnings) headers.add("warning", "299 - " + quoted(warning));
        send(exchange, code, json, headers);
    }

    private static void send(Exchange exchange, int code, byte[] json, Headers headers) throws IOException {
        boolean yaml = View.inYaml(exchange);
        headers.add("content-type", yaml ? View.YAML : "application/json").add("cache-control", "no-cache, private");
        var body = yaml || exchange.query().flag("pretty") ? readable(json, yaml) : json;
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
