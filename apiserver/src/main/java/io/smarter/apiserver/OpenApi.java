package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import java.io.IOException;
import java.util.List;

/** Answers {@code /openapi/v2}, {@code /openapi/v3} and what is below. Safe for use by many threads. */
final class OpenApi implements Handler {
    private final Schema schema;
    private final List<ApiType> types;

    OpenApi(Schema schema, List<ApiType> types) {
        this.schema = schema;
        this.types = types;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        exchange.respond(
                types.isEmpty() || !schema.kinds().iterator().hasNext() ? 404 : 501, new Headers(), new byte[0]);
    }
}
