package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.requests.Form;
import io.smarter.schema.ProtobufAnswers;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Change;
import io.smarter.storage.Lists;
import io.smarter.storage.Registry;
import io.smarter.storage.Selection;
import io.smarter.storage.View;
import io.smarter.storage.WatchHub;
import io.smarter.storage.Watcher;
import io.smarter.store.CompactedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Streams the changes of a type (Kubernetes API concepts, "Efficient detection of changes"). */
final class WatchVerb {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    /** For most; and for gateways, whose bytes are money: the store keeps its past for longer than this. */
    static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    private static final int SPARING = 4;
    private static final long SHORTEST = 1800;

    private final Registry registry;
    private final Lists lists;
    private final WatchHub hub;
    private final Duration bookmarkEvery;

    WatchVerb(Lists lists, WatchHub hub, Duration bookmarkEvery) {
        this.registry = lists.registry();
        this.bookmarkEvery = bookmarkEvery;
        this.lists = lists;
        this.hub = hub;
    }

    /** How a watch is wanted. */
    private record Wish(
            View view, Selection selection, long revision, boolean initial, boolean endsInitial, boolean bookmarks) {}

    void handle(ApiRequest request) throws IOException, InterruptedException {
        var wish = wish(request);
        if (wish.view.form() == Form.YAML) throw View.notAcceptable();
        if (wish.revision > registry.store().revision())
            throw Status.tooNew(wish.revision, registry.store().revision()).error();
        long seconds = ReadVerbs.number(request.query(), "timeoutSeconds");
        if (seconds <= 0) seconds = SHORTEST + ThreadLocalRandom.current().nextLong(SHORTEST);
        var deadline = System.nanoTime()
                + Duration.ofSeconds(Math.min(seconds, 1 << 24)).toNanos();
        try (var out = out(request.exchange(), wish.view.form())) {
            out.flush();
            run(request, wish, out, deadline);
        }
    }

    private static OutputStream out(Exchange exchange, Form form) throws IOException {
        if (exchange.wantsWebSocket()) return new WatchSocket(exchange.webSocket(""), form);
        var type = form == Form.PROTOBUF ? form.mediaType() + ";stream=watch" : form.mediaType();
        return exchange.feed(200, Headers.of("content-type", type, "cache-control", "no-cache, private"));
    }

    private static Wish wish(ApiRequest request) {
        var query = request.query();
        var selection = request.selection();
        if (!request.name().isEmpty()) selection = selection.named(request.name());
        var asked = query.first("resourceVersion", "");
        long revision = ReadVerbs.revision(asked);
        boolean initial = initial(query, revision == 0);
        if (query.has("continue"))
            throw ReadVerbs.badMatch("resourceVersionMatch is forbidden when continue is provided");
        boolean bookmarks = query.flag("allowWatchBookmarks");
        boolean marksEnd = bookmarks && query.flag("sendInitialEvents");
        return new Wish(
                View.of(request.exchange(), request.type().kind()), selection, revision, initial, marksEnd, bookmarks);
    }

    private static boolean initial(Query query, boolean fromNow) {
        if (!query.has("sendInitialEvents")) {
            if (query.has("resourceVersionMatch"))
                throw ReadVerbs.badMatch(
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            return fromNow;
        }
        var match = query.first("resourceVersionMatch", "");
        if (!match.equals("NotOlderThan")) {
            var errors = new ArrayList<FieldError>();
            errors.add(ReadVerbs.matchForbidden(
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            if (!match.isEmpty())
                errors.add(new FieldError(
                        "resourceVersionMatch",
                        FieldError.Reason.NOT_SUPPORTED,
                        match,
                        "supported values: \"NotOlderThan\""));
            throw ReadVerbs.badOptions(errors);
        }
        return query.flag("sendInitialEvents");
    }

    private void run(ApiRequest request, Wish wish, OutputStream out, long deadline)
            throws IOException, InterruptedException {
        try {
            if (wish.initial) fromState(request, wish, out, deadline);
            else {
                long after = wish.revision == 0 ? registry.store().revision() : wish.revision;
                fromRevision(request, wish, after, new Progress(out, deadline, after));
            }
        } catch (CompactedException e) {
            fail(wish, out, Status.tooOld(wish.revision, registry.store().compacted()));
        } catch (StatusException e) {
            fail(wish, out, e.status());
        } catch (RuntimeException e) {
            LOG.log(ERROR, "watch failed {path=%s}".formatted(request.exchange().path()), e);
            fail(wish, out, Status.internal(String.valueOf(e.getMessage())));
        }
    }

    /** A past that is longer than a watcher holds is told in pieces: a client that asked again would get no further. */
    private void fromRevision(ApiRequest request, Wish wish, long after, Progress progress)
            throws IOException, InterruptedException, CompactedException {
        long from = after;
        boolean more = true;
        while (more) {
            try (var watcher = hub.open(request.type(), from, node(request, wish))) {
                follow(request, wish, watcher, progress);
                from = watcher.last();
                more = watcher.isCutOff()
                        && !watcher.hasEnded()
                        && !watcher.isShared()
                        && System.nanoTime() < progress.deadline;
            }
        }
    }

    /** The answer has begun, so what is wrong is told as an event. */
    private static void fail(Wish wish, OutputStream out, Status status) throws IOException {
        var json = status.json();
        boolean protobuf = wish.view.form() == Form.PROTOBUF;
        out.write(wish.view.event("ERROR", protobuf ? ProtobufAnswers.status(json) : json.bytes()));
    }

    /** First what is there, then what changes: the watcher is opened before the state is read, so nothing is missed. */
    private void fromState(ApiRequest request, Wish wish, OutputStream out, long deadline)
            throws IOException, InterruptedException, CompactedException {
        long opened = hub.revision();
        try (var watcher = hub.open(request.type(), opened, node(request, wish))) {
            var state = lists.all(request.type(), request.namespace(), wish.selection);
            for (var object : state.objects())
                out.write(wish.view.event("ADDED", wish.view.object(request.type(), object, Instant.now())));
            if (wish.endsInitial)
                out.write(wish.view.event("BOOKMARK", wish.view.bookmark(request.type(), state.revision(), true)));
            out.flush();
            follow(request, wish, watcher, new Progress(out, deadline, state.revision()));
        }
    }

    /** How far a watch has come. */
    private static final class Progress {
        private final OutputStream out;
        private final long deadline;
        private final long shown;
        private long seen;
        private long told;

        /** @param shown the revision of the state that the client has */
        Progress(OutputStream out, long deadline, long shown) {
            this.out = out;
            this.deadline = deadline;
            this.shown = shown;
            this.seen = shown;
            this.told = shown;
        }
    }

    private void follow(ApiRequest request, Wish wish, Watcher watcher, Progress progress)
            throws IOException, InterruptedException {
        boolean sparing = request.user().node().isPresent();
        long every = wish.bookmarks
                ? bookmarkEvery.multipliedBy(sparing ? SPARING : 1).toNanos()
                : Long.MAX_VALUE / 4;
        long due = System.nanoTime() + every;
        while (!watcher.isOver() && System.nanoTime() < progress.deadline) {
            var change = watcher.poll(Duration.ofNanos(Math.min(progress.deadline, due) - System.nanoTime()));
            if (change != null) tell(request, wish, change, progress);
            if (System.nanoTime() >= due) {
                bookmark(request, wish, watcher, progress);
                due = System.nanoTime() + every;
            }
            if (watcher.isEmpty()) progress.out.flush();
        }
        progress.out.flush();
    }

    private static void tell(ApiRequest request, Wish wish, Change change, Progress progress) throws IOException {
        if (change.revision() <= progress.shown || !isIn(change, request)) return;
        progress.seen = change.revision();
        var event = change.event(wish.view, wish.selection);
        if (event == null) return;
        progress.told = change.revision();
        progress.out.write(event);
    }

    private static boolean isIn(Change change, ApiRequest request) {
        if (request.namespace().isEmpty() || !request.type().resource().namespaced()) return true;
        var state = change.now() == null ? change.before() : change.now();
        return state != null && state.entry().key().startsWith(request.type().keys(request.namespace()));
    }

    /** A new starting point for a client that was told nothing for a while: the hub's revision, unless more is waiting. */
    private void bookmark(ApiRequest request, Wish wish, Watcher watcher, Progress progress) throws IOException {
        long revision = watcher.isShared() ? Math.max(hub.revision(), progress.seen) : progress.seen;
        if (revision == progress.told || !watcher.isEmpty()) return;
        progress.told = revision;
        progress.out.write(wish.view.event("BOOKMARK", wish.view.bookmark(request.type(), revision, false)));
    }

    private static @Nullable String node(ApiRequest request, Wish wish) {
        return request.type().fields().contains("spec.nodeName") ? wish.selection.node() : null;
    }
}
