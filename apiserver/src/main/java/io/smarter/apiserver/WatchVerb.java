package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.requests.Form;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Lists;
import io.smarter.storage.LiveWatch;
import io.smarter.storage.Registry;
import io.smarter.storage.View;
import io.smarter.storage.WatchFrames;
import io.smarter.storage.WatchHub;
import io.smarter.storage.WatchWish;
import io.smarter.store.CompactedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Streams the changes of a type (Kubernetes API concepts, "Efficient detection of changes"). A request's thread tells what
 * is there or what has been, and then leaves the answer to a {@link LiveWatch}.
 */
final class WatchVerb {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    /** For most; and for gateways, whose bytes are money: the store keeps its past for longer than this. */
    static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    private static final int SPARING = 4;
    private static final long SHORTEST = 1800;

    /** How many may be told their past at a time: what each holds of it would be too much for all. */
    private static final int MAX_PASTS = 64;

    private final Registry registry;
    private final Lists lists;
    private final WatchHub hub;
    private final Duration bookmarkEvery;
    private final Semaphore pasts = new Semaphore(MAX_PASTS, true);

    WatchVerb(Lists lists, WatchHub hub, Duration bookmarkEvery) {
        this.registry = lists.registry();
        this.bookmarkEvery = bookmarkEvery;
        this.lists = lists;
        this.hub = hub;
    }

    void handle(ApiRequest request) throws IOException, InterruptedException {
        var wish = wish(request);
        if (wish.view().form() == Form.YAML) throw View.notAcceptable();
        if (wish.revision() > registry.store().revision())
            throw Status.tooNew(wish.revision(), registry.store().revision()).error();
        var times = times(request, wish);
        var out = out(request, wish);
        boolean left = false;
        try {
            out.flush();
            left = run(request, wish, out, times);
        } finally {
            if (!left) out.close();
        }
    }

    /** Of a request; a bad one is a bad request. */
    private static WatchWish wish(ApiRequest request) {
        var query = request.query();
        var selection = request.selection();
        if (!request.name().isEmpty()) selection = selection.named(request.name());
        if (query.has("continue"))
            throw ReadVerbs.badMatch("resourceVersionMatch is forbidden when continue is provided");
        boolean bookmarks = query.flag("allowWatchBookmarks");
        long revision = ReadVerbs.revision(query.first("resourceVersion", ""));
        return new WatchWish(
                request.type(),
                request.type().keys(request.namespace()),
                selection,
                request.type().fields().contains("spec.nodeName") ? selection.node() : null,
                View.of(request.exchange(), request.type().kind()),
                revision,
                initial(query, revision == 0),
                bookmarks && query.flag("sendInitialEvents"),
                bookmarks);
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

    private LiveWatch.Times times(ApiRequest request, WatchWish wish) {
        long seconds = ReadVerbs.number(request.query(), "timeoutSeconds");
        if (seconds <= 0) seconds = SHORTEST + ThreadLocalRandom.current().nextLong(SHORTEST);
        long deadline = System.nanoTime()
                + Duration.ofSeconds(Math.min(seconds, 1 << 24)).toNanos();
        boolean sparing = request.user().node().isPresent();
        var every = bookmarkEvery.multipliedBy(sparing ? SPARING : 1);
        return new LiveWatch.Times(deadline, wish.bookmarks() ? every.toNanos() : Long.MAX_VALUE / 4);
    }

    private static OutputStream out(ApiRequest request, WatchWish wish) throws IOException {
        var exchange = request.exchange();
        var form = wish.view().form();
        if (exchange.wantsWebSocket()) return new WatchSocket(exchange.webSocket(""), form);
        var type = form == Form.PROTOBUF ? form.mediaType() + ";stream=watch" : form.mediaType();
        return exchange.feed(200, Headers.of("content-type", type, "cache-control", "no-cache, private"));
    }

    /** Tells the past; whether the answer was left to be told what comes. */
    private boolean run(ApiRequest request, WatchWish wish, OutputStream out, LiveWatch.Times times)
            throws IOException, InterruptedException {
        try {
            long known = wish.initial() ? state(request, wish, out) : wish.revision();
            if (known == 0) known = registry.store().revision();
            while (System.nanoTime() < times.deadline()) {
                var topic = hub.topic(wish.type());
                if (topic == null) return false; // the type has gone since the request came
                var frames = out instanceof WatchSocket socket ? socket : WatchFrames.PLAIN;
                var watch = new LiveWatch(new LiveWatch.Events(topic, hub::revision), wish, frames, times, known);
                if (topic.join(watch, known)) {
                    if (out instanceof WatchSocket socket) socket.onClose(watch::stop);
                    request.exchange().leaveTo(watch);
                    return true;
                }
                known = past(wish, out, known);
            }
        } catch (CompactedException e) {
            fail(wish, out, Status.tooOld(wish.revision(), registry.store().compacted()));
        } catch (StatusException e) {
            fail(wish, out, e.status());
        } catch (RuntimeException e) {
            LOG.log(ERROR, "watch failed {path=%s}".formatted(request.exchange().path()), e);
            fail(wish, out, Status.internal(String.valueOf(e.getMessage())));
        }
        return false;
    }

    private static void fail(WatchWish wish, OutputStream out, Status status) throws IOException {
        out.write(wish.error(status));
    }

    /** Tells what is there; gives the revision of that. */
    private long state(ApiRequest request, WatchWish wish, OutputStream out) throws IOException {
        var state = lists.all(request.type(), request.namespace(), wish.selection());
        var view = wish.view();
        for (var object : state.objects())
            out.write(view.event("ADDED", view.object(request.type(), object, Instant.now())));
        if (wish.marksEnd()) out.write(wish.bookmark(state.revision(), true));
        out.flush();
        return state.revision();
    }

    /** Tells a piece of what the hub has forgotten; gives the revision up to which it went. */
    private long past(WatchWish wish, OutputStream out, long after)
            throws IOException, InterruptedException, CompactedException {
        pasts.acquire();
        try {
            var past = hub.past(wish.type(), after);
            for (var change : past.changes()) {
                var event = wish.event(change);
                if (event != null) out.write(event);
            }
            out.flush();
            return past.upTo();
        } finally {
            pasts.release();
        }
    }
}
