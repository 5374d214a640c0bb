package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.requests.Answers;
import io.smarter.types.Types;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers where there is nothing: a Status within the groups that the server itself has and plain text elsewhere, as Kubernetes does. */
record UnknownPath(Types types) {
    private static final byte[] TEXT = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
    private static final String GROUPS = "/apis/";

    void answer(Exchange exchange) throws IOException {
        if (isOurs(exchange.path())) {
            Answers.send(exchange, Status.noSuchPath());
            return;
        }
        var headers =
                new Headers().add("content-type", "text/plain; charset=utf-8").add("x-content-type-options", "nosniff");
        exchange.respond(404, headers, TEXT);
    }

    private boolean isOurs(String path) {
        if (path.startsWith("/api/")) return true;
        if (!path.startsWith(GROUPS)) return false;
        int slash = path.indexOf('/', GROUPS.length());
        var group = path.substring(GROUPS.length(), slash < 0 ? path.length() : slash);
        return types.builtIn().stream().anyMatch(type -> type.resource().group().equals(group));
    }
}
