package io.smarter.tunnel;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** {@code GET …/pods/NAME/log}: a container's output, followed when asked. */
final class LogsStream {
    private static final List<String> FLAGS = List.of("follow", "timestamps", "previous");
    private static final String BINARY = "binary.k8s.io";
    private static final String TEXT = "base64.binary.k8s.io";
    private static final int BUFFER = 16 << 10;

    private final Tunnels tunnels;

    LogsStream(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    void handle(Exchange exchange, StreamTarget target) throws IOException, RefusedException {
        var container = target.container(exchange.query().first("container"));
        var options = options(exchange.query());
        var type = Headers.of("content-type", "text/plain");
        if (target.node().isEmpty()) { // nothing runs, so there is no output yet
            exchange.respond(200, type, new byte[0]);
            return;
        }
        var path = target.path("containerLogs", container) + options;
        try (var stream = StreamGateway.accepted(tunnels.open(target.node(), "GET", path, new Headers(), true));
                var out = exchange.wantsWebSocket() ? messages(exchange) : exchange.stream(200, type)) {
            var part = new byte[BUFFER];
            for (int count; (count = stream.in().read(part)) >= 0; ) {
                out.write(part, 0, count);
                out.flush();
            }
        }
    }

    /** The output in binary messages, or text ones of base64, for who asks by WebSocket. */
    private static OutputStream messages(Exchange exchange) throws IOException, RefusedException {
        var chosen = exchange.headers().all("sec-websocket-protocol").isEmpty()
                ? ""
                : Streams.negotiate(exchange, "sec-websocket-protocol", BINARY, TEXT);
        return new LogsSocket(exchange.webSocket(chosen), chosen.equals(TEXT));
    }

    private static String options(Query query) throws RefusedException {
        var options = new StringBuilder();
        for (var flag : FLAGS) {
            if (query.flag(flag)) add(options, flag, "true");
        }
        number(options, query, "tailLines", 0);
        number(options, query, "limitBytes", 1);
        number(options, query, "sinceSeconds", 1);
        var time = query.first("sinceTime", "");
        if (time.isEmpty()) return options.toString();
        if (query.has("sinceSeconds"))
            throw new RefusedException(422, "at most one of sinceTime or sinceSeconds may be specified");
        try {
            add(options, "sinceTime", Instant.parse(time).toString());
        } catch (DateTimeParseException e) {
            throw new RefusedException(422, "sinceTime must be an RFC 3339 time, was " + time, e);
        }
        return options.toString();
    }

    private static void number(StringBuilder options, Query query, String name, long least) throws RefusedException {
        var text = query.first(name, "");
        if (text.isEmpty()) return;
        try {
            long value = Long.parseLong(text);
            if (value >= least) {
                add(options, name, text);
                return;
            }
        } catch (NumberFormatException e) {
            throw new RefusedException(422, "%s must be a number, was %s".formatted(name, text), e);
        }
        throw new RefusedException(422, "%s must be %d or more, was %s".formatted(name, least, text));
    }

    private static void add(StringBuilder options, String name, String value) {
        options.append(options.isEmpty() ? '?' : '&').append(name).append('=').append(StreamTarget.encode(value));
    }
}
