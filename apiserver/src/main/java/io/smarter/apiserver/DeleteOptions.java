package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.http.Exchange;
import io.smarter.json.Json;
import io.smarter.requests.Body;
import io.smarter.schema.SchemaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an object is to be deleted (meta/v1 DeleteOptions).
 *
 * @param grace seconds that it may take to end; null for the object's own
 * @param propagation what becomes of its dependents: {@code Orphan}, {@code Background}, {@code Foreground}, or empty
 * @param uid that the object must have; empty for any
 * @param revision that the object must have; empty for any
 */
record DeleteOptions(@Nullable Long grace, String propagation, String uid, String revision, boolean dryRun) {
    private static final List<String> PROPAGATIONS = List.of("", "Orphan", "Background", "Foreground");

    /**
     * From the request's body, or from its query when there is none.
     *
     * @param kind that of DeleteOptions
     */
    static DeleteOptions of(Exchange exchange, SchemaKind kind) throws IOException {
        var text = Body.bytes(exchange);
        var options = text.length == 0 ? ofQuery(exchange) : ofBody(exchange, kind, text);
        return checked(options);
    }

    /** For what the server itself deletes. */
    static DeleteOptions background() {
        return new DeleteOptions(null, "Background", "", "", false);
    }

    private static DeleteOptions ofBody(Exchange exchange, SchemaKind kind, byte[] text) {
        var body = Body.ofObject(exchange, kind, text).object();
        var given = body.textOrEmpty("kind");
        if (!given.isEmpty() && !given.equals(kind.kind()))
            throw Status.badRequest("the body of a deletion must be DeleteOptions, was " + given)
                    .error();
        return read(exchange, body);
    }

    /** From an object of its kind that came within another. */
    static DeleteOptions of(Exchange exchange, Json.Obj options) {
        return checked(read(exchange, options));
    }

    private static DeleteOptions read(Exchange exchange, Json.Obj body) {
        if (body.has("orphanDependents")) checkOnce(body.textOrEmpty("propagationPolicy"));
        var propagation = body.textOrEmpty("propagationPolicy");
        if (propagation.isEmpty() && body.at("orphanDependents") != null)
            propagation = body.flag("orphanDependents") ? "Orphan" : "Background";
        return new DeleteOptions(
                body.at("gracePeriodSeconds") instanceof Json.Num number ? number.asLong() : null,
                propagation,
                body.textOrEmpty("preconditions", "uid"),
                body.textOrEmpty("preconditions", "resourceVersion"),
                dryRun(
                        body.items("dryRun").stream()
                                .map(value -> value instanceof Json.Str(var item) ? item : "")
                                .toList(),
                        exchange));
    }

    private static DeleteOptions ofQuery(Exchange exchange) {
        var query = exchange.query();
        if (query.has("orphanDependents")) checkOnce(query.first("propagationPolicy", ""));
        var propagation = query.first("propagationPolicy", "");
        if (propagation.isEmpty() && query.has("orphanDependents"))
            propagation = query.flag("orphanDependents") ? "Orphan" : "Background";
        Long grace = null;
        if (query.has("gracePeriodSeconds")) {
            grace = ReadVerbs.number(query, "gracePeriodSeconds");
        }
        return new DeleteOptions(grace, propagation, "", "", dryRun(List.of(), exchange));
    }

    private static boolean dryRun(List<String> values, Exchange exchange) {
        var all = new ArrayList<>(values);
        all.addAll(exchange.query().all("dryRun"));
        for (var value : all) {
            if (!value.equals("All"))
                throw invalid(new FieldError(
                        "dryRun",
                        FieldError.Reason.NOT_SUPPORTED,
                        new Json.Arr(List.of(Json.of(value))).compact(),
                        "supported values: \"All\""));
        }
        return !all.isEmpty();
    }

    /** @param propagation beside {@code orphanDependents}, which is the older way to say the same */
    private static void checkOnce(String propagation) {
        if (!propagation.isEmpty())
            throw invalid(FieldError.invalid(
                    "propagationPolicy", propagation, "orphanDependents and deletionPropagation cannot be both set"));
    }

    private static DeleteOptions checked(DeleteOptions options) {
        if (!PROPAGATIONS.contains(options.propagation))
            throw invalid(new FieldError(
                    "propagationPolicy",
                    FieldError.Reason.NOT_SUPPORTED,
                    options.propagation,
                    "supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""));
        return options;
    }

    private static StatusException invalid(FieldError error) {
        return Status.invalid("meta.k8s.io", "DeleteOptions", "", List.of(error))
                .error();
    }
}
