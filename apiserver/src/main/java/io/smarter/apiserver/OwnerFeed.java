package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.storage.Change;
import io.smarter.storage.Stored;
import io.smarter.storage.WatchHub;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever collects garbage, in one stream for all types, what belongs to whom: first every object that has an owner
 * or that waits for its dependents, then a bookmark, then what changes about that, and of every object that it is gone.
 * Each line is an event as a watch has it, about an object without anything but its type and what the collector needs of
 * its metadata. Safe for use by many threads.
 */
final class OwnerFeed implements Handler {
    static final String PATH = "/smarter/owners";

    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);
    private static final int PAGE = 500;
    private static final byte[] OWNERS = "\"ownerReferences\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENDING = "\"deletionTimestamp\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOOKMARK = "{\"kind\":\"Bookmark\"}".getBytes(StandardCharsets.US_ASCII);

    private final Store store;
    private final WatchHub hub;
    private final Types types;

    OwnerFeed(Store store, WatchHub hub, Types types) {
        this.store = store;
        this.hub = hub;
        this.types = types;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        if (!exchange.method().equals("GET")) throw Status.methodNotAllowed().error();
        var headers = Headers.of("content-type", "application/json", "cache-control", "no-cache, private");
        try (var watcher = hub.openAll();
                var out = exchange.feed(200, headers)) {
            long shown = state(out);
            out.write(Change.line("BOOKMARK", BOOKMARK));
            out.flush();
            while (!watcher.isOver()) {
                var change = watcher.poll(SIGN_OF_LIFE);
                if (change == null) out.write(Change.line("BOOKMARK", BOOKMARK));
                else if (change.revision() > shown) tell(change, out);
                if (watcher.isEmpty()) out.flush();
            }
        }
    }

    /** What is there now; gives the revision of that. */
    private long state(OutputStream out) throws IOException {
        var byFolder = byFolder();
        String after = null;
        long revision = store.revision();
        try {
            while (true) {
                var page = store.list("/registry/", after, PAGE, revision);
                for (var entry : page.entries()) {
                    var type = byFolder.get(WatchHub.folder(entry.key()));
                    if (type == null || !concerns(entry.value())) continue;
                    out.write(Change.line("ADDED", line(type, new Stored(type, entry).kept())));
                }
                if (page.remaining() <= 0 || page.entries().isEmpty()) return revision;
                after = page.entries().getLast().key();
            }
        } catch (CompactedException e) {
            throw new IOException("the store forgot its state while it was told", e);
        }
    }

    private Map<String, ApiType> byFolder() {
        var byFolder = new HashMap<String, ApiType>();
        for (var type : types.all()) if (!type.folder().isEmpty()) byFolder.putIfAbsent(type.folder(), type);
        return byFolder;
    }

    private static void tell(Change change, OutputStream out) throws IOException {
        var now = change.now();
        var before = change.before();
        if (now == null) {
            if (before != null) out.write(Change.line("DELETED", line(change.type(), before.kept())));
            return;
        }
        if (!concerns(now.entry().value())
                && (before == null || !concerns(before.entry().value()))) return;
        var line = line(change.type(), now.kept());
        if (before == null || !metadata(before.kept()).equals(metadata(now.kept())))
            out.write(Change.line(before == null ? "ADDED" : "MODIFIED", line));
    }

    /** What says that an object belongs to another, or waits to go. A look at the text spares most objects the parsing. */
    private static boolean concerns(byte[] value) {
        for (int i = 0; i < value.length; i++)
            if (value[i] == '"' && (starts(value, i, OWNERS) || starts(value, i, ENDING))) return true;
        return false;
    }

    private static boolean starts(byte[] text, int at, byte[] part) {
        return Arrays.equals(text, at, Math.min(text.length, at + part.length), part, 0, part.length);
    }

    private static byte[] line(ApiType type, Json.Obj object) {
        var resource = type.resource();
        return Json.obj(
                        "apiVersion",
                        resource.apiVersion(),
                        "kind",
                        resource.kind(),
                        "plural",
                        resource.plural(),
                        "namespaced",
                        resource.namespaced(),
                        "metadata",
                        metadata(object))
                .bytes();
    }

    private static Json.Obj metadata(Json.Obj object) {
        var metadata = object.object("metadata");
        return Json.obj(
                "name", metadata.text("name"),
                "namespace", metadata.text("namespace"),
                "uid", metadata.text("uid"),
                "deletionTimestamp", metadata.text("deletionTimestamp"),
                "finalizers", orNull(metadata.items("finalizers")),
                "ownerReferences", orNull(metadata.items("ownerReferences")));
    }

    private static @Nullable List<Json> orNull(List<Json> items) {
        return items.isEmpty() ? null : items;
    }
}
