package io.smarter.network;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.client.ApiClient;
import io.smarter.client.Informer;
import io.smarter.client.Listing;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one kind as the cluster last told them, in memory and in a file. Safe for use by many threads.
 *
 * <p>The file is written a moment after something has changed that is kept, so that changes that come together are written
 * once, and never for a change of anything else. Its revision is of a time before its objects, so that what a crash
 * loses is told again.
 */
final class KeptObjects implements Informer.Listener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.network");
    private static final int LONGEST_FILE = 32 << 20;
    private static final Duration TOGETHER = Duration.ofSeconds(2);

    private final ClusterKind kind;
    private final Path file;
    private final Runnable listener;
    private final Map<String, Json.Obj> objects = new ConcurrentSkipListMap<>();
    private final String revision;
    private final AtomicBoolean unwritten = new AtomicBoolean();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean synced;
    private volatile boolean changedBefore;
    private volatile @Nullable Informer informer;

    private KeptObjects(ClusterKind kind, Path file, Runnable listener, Listing kept) {
        this.kind = kind;
        this.file = file;
        this.listener = listener;
        this.revision = kept.resourceVersion();
        for (var object : kept.items()) objects.put(Informer.key(object), object);
    }

    /** Reads what is in the file; nothing if there is none, or none that can be read. */
    static KeptObjects read(ClusterKind kind, Path folder, Runnable listener) {
        var file = folder.resolve(kind.resource().plural() + ".json");
        return new KeptObjects(kind, file, listener, read(file));
    }

    /** Follows the kind from now on. */
    void follow(ApiClient client) {
        informer = Informer.resume(
                client, kind.resource(), kind::kept, new Listing(List.copyOf(objects.values()), revision), this);
    }

    List<Json.Obj> all() {
        return List.copyOf(objects.values());
    }

    @Override
    public void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        var content = now == null ? null : now.withoutAt("metadata", "resourceVersion");
        var before = content == null ? objects.remove(key) : objects.put(key, content);
        if (content == null ? before == null : content.equals(before)) return;
        if (synced) changed();
        else changedBefore = true;
    }

    /** A first list is told object by object; it is one change. */
    @Override
    public void synced() {
        synced = true;
        if (changedBefore) changed();
    }

    private void changed() {
        if (unwritten.compareAndSet(false, true)) {
            var _ = Thread.ofVirtual().name("keep " + kind.resource().plural()).start(this::writeLater);
        }
        listener.run();
    }

    @Override
    public void close() {
        var following = informer;
        if (following != null) following.close();
        write();
    }

    private void writeLater() {
        try {
            Thread.sleep(TOGETHER);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        write();
    }

    private void write() {
        var following = informer;
        writing.lock();
        try {
            if (following == null || !unwritten.compareAndSet(true, false)) return;
            var before = following.listing().resourceVersion();
            var content = Json.obj("resourceVersion", before, "items", Json.arr(all()));
            Files.createDirectories(Disk.parent(file));
            Disk.write(file, content.bytes(), Disk.PRIVATE);
        } catch (IOException e) {
            LOG.log(WARNING, "{0} is not written, so a start without a link lacks changes: {1}", file, e);
        } finally {
            writing.unlock();
        }
    }

    private static Listing read(Path file) {
        var none = new Listing(List.of(), "");
        if (!Files.exists(file)) return none;
        try {
            if (Files.size(file) > LONGEST_FILE) throw new IOException("longer than %d bytes".formatted(LONGEST_FILE));
            var content = Json.parse(Files.readAllBytes(file));
            var items = new ArrayList<Json.Obj>();
            for (var item : content.items("items")) if (item instanceof Json.Obj object) items.add(object);
            return new Listing(items, content.textOrEmpty("resourceVersion"));
        } catch (IOException | JsonException e) {
            LOG.log(WARNING, "{0} cannot be read and counts as empty: {1}", file, e.getMessage());
            return none;
        }
    }
}
