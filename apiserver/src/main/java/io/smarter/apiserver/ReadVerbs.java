package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.http.Query;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Continuation;
import io.smarter.storage.Lists;
import io.smarter.storage.Registry;
import io.smarter.storage.View;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Shows one object, or a list. */
final class ReadVerbs {
    private static final int MAX_LIMIT = 1 << 20;

    private final Registry registry;
    private final Lists lists;
    private final Clock clock;

    ReadVerbs(Registry registry, Lists lists, Clock clock) {
        this.registry = registry;
        this.lists = lists;
        this.clock = clock;
    }

    void get(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        checkReached(revision(request.query().first("resourceVersion", "")));
        var object = registry.get(request.type(), request.namespace(), request.name());
        Answers.send(
                request.exchange(),
                200,
                view.form(),
                view.object(request.type(), object, clock.instant()),
                request.type().strategy().notices());
    }

    void list(ApiRequest request) throws IOException {
        var view = View.of(request.exchange(), request.type().kind());
        var selection = request.selection();
        var part = lists.part(request.type(), request.namespace(), selection, range(request.query()));
        var metadata = Json.obj(
                "resourceVersion",
                Long.toString(part.revision()),
                "continue",
                part.next() == null ? null : new Continuation(part.revision(), part.next()).text(),
                "remainingItemCount",
                part.next() == null || part.remaining() < 0 ? null : part.remaining());
        var bytes = view.list(request.type(), part.objects(), metadata, clock.instant());
        Answers.send(
                request.exchange(),
                200,
                view.form(),
                bytes,
                request.type().strategy().notices());
    }

    private Lists.Range range(Query query) {
        if (query.has("sendInitialEvents"))
            throw Status.invalid(
                            "meta.k8s.io",
                            "ListOptions",
                            "",
                            List.of(FieldError.forbidden(
                                    "sendInitialEvents", "sendInitialEvents is forbidden for list")))
                    .error();
        int limit = Math.clamp(number(query, "limit"), 0, MAX_LIMIT);
        number(query, "timeoutSeconds");
        var asked = query.first("resourceVersion", "");
        var match = query.first("resourceVersionMatch", "");
        var next = query.first("continue", "");
        if (!next.isEmpty()) {
            if (!asked.isEmpty() && !asked.equals("0"))
                throw Status.badRequest("specifying resource version is not allowed when using continue")
                        .error();
            if (!match.isEmpty()) throw badMatch("resourceVersionMatch is forbidden when continue is provided");
            var continuation = Continuation.parse(next);
            checkReached(continuation.revision());
            return new Lists.Range(Math.max(0, continuation.revision()), continuation.after(), limit);
        }
        checkMatch(asked, match);
        long revision = revision(asked);
        checkReached(revision);
        boolean exact = match.equals("Exact") || match.isEmpty() && limit > 0 && revision > 0;
        boolean any = asked.equals("0"); // which Kubernetes answers from memory, and whole
        return new Lists.Range(exact ? revision : 0, null, any ? 0 : limit);
    }

    private void checkReached(long revision) {
        if (revision > registry.store().revision())
            throw Status.tooNew(revision, registry.store().revision()).error();
    }

    private static void checkMatch(String revision, String match) {
        if (match.isEmpty()) return;
        var errors = new ArrayList<FieldError>();
        if (revision.isEmpty())
            errors.add(matchForbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (match.equals("Exact") && revision.equals("0"))
            errors.add(matchForbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        if (!match.equals("Exact") && !match.equals("NotOlderThan"))
            errors.add(new FieldError(
                    "resourceVersionMatch",
                    FieldError.Reason.NOT_SUPPORTED,
                    match,
                    "supported values: \"Exact\", \"NotOlderThan\", \"\""));
        if (!errors.isEmpty()) throw badOptions(errors);
    }

    static FieldError matchForbidden(String why) {
        return FieldError.forbidden("resourceVersionMatch", why);
    }

    static StatusException badMatch(String why) {
        return badOptions(List.of(matchForbidden(why)));
    }

    static StatusException badOptions(List<FieldError> errors) {
        return Status.invalid("meta.k8s.io", "ListOptions", "", errors).error();
    }

    /** A revision as clients write it; empty is 0. */
    static long revision(String text) {
        if (text.isEmpty()) return 0;
        try {
            long revision = Long.parseLong(text);
            if (revision >= 0) return revision;
        } catch (NumberFormatException e) {
            // answered below, like a negative one
        }
        throw Status.badRequest("invalid resource version: resourceVersion: Invalid value: \"%s\": strconv.ParseUint: "
                                .formatted(text)
                        + "parsing \"%s\": invalid syntax".formatted(text))
                .error();
    }

    /** An integer of the query, in the words of Kubernetes when it is none; 0 when it is not there. */
    static long number(Query query, String name) {
        var text = query.first(name, "");
        if (text.isEmpty()) return 0;
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Status.badRequest("strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text))
                    .error(e);
        }
    }
}
