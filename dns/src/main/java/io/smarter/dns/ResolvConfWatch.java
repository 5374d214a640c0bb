package io.smarter.dns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The servers that resolv.conf names, read again whenever that changes. Safe for use by several threads. */
final class ResolvConfWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ResolvConfWatch.class.getName());
    private static final int LARGEST = 1 << 16;
    private static final int MOST_STEPS = 20;
    private static final long QUIET_MILLIS = 50;

    private static final WatchEvent.Kind<?>[] CHANGES = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };

    private final Path path;
    private final int port;
    private final Set<InetSocketAddress> own;
    private final Runnable changed;
    private final Thread thread;
    private volatile Servers servers = Servers.NONE;

    /**
     * Reads the file for the first time.
     *
     * @param own addresses at which we answer
     * @param changed called when there are other servers
     */
    ResolvConfWatch(Path path, int port, Set<InetSocketAddress> own, Runnable changed) {
        this.path = path.toAbsolutePath();
        this.port = port;
        this.own = own;
        this.changed = changed;
        thread = Thread.ofVirtual().name("dns-resolv-conf").unstarted(this::run);
        read();
    }

    void start() {
        thread.start();
    }

    Servers servers() {
        return servers;
    }

    private void read() {
        var listing = ResolvConf.parse(text(), port, own);
        boolean none = listing.addresses().isEmpty();
        if (none ? servers.isEmpty() : listing.equals(servers.listing())) return;
        servers = none ? Servers.NONE : new Servers(listing);
        LOG.log(Level.INFO, "servers of {0}: {1}", path, listing.addresses());
        changed.run();
    }

    private String text() {
        if (!Files.isRegularFile(path)) return "";
        try (var in = Files.newInputStream(path)) {
            return new String(in.readNBytes(LARGEST), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private void run() {
        try {
            while (true) {
                try (var watch = path.getFileSystem().newWatchService()) {
                    follow(watch);
                } catch (IOException | RuntimeException e) {
                    LOG.log(Level.WARNING, "changes of {0} are not seen: {1}", path, e.getMessage());
                }
                TimeUnit.MINUTES.sleep(1);
                read();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(WatchService watch) throws IOException, InterruptedException {
        var keys = new HashMap<Path, WatchKey>();
        while (true) {
            var way = register(watch, keys);
            read();
            awaitChange(watch, way);
        }
    }

    /** Has every folder on the way to the file watched, and only those. */
    private Map<Path, Set<String>> register(WatchService watch, Map<Path, WatchKey> keys) throws IOException {
        while (true) {
            var way = FileTrace.of(path);
            for (var key : Map.copyOf(keys).entrySet()) {
                if (way.containsKey(key.getKey()) && key.getValue().isValid()) continue;
                key.getValue().cancel();
                keys.remove(key.getKey());
            }
            for (var folder : way.keySet()) {
                if (!keys.containsKey(folder)) keys.put(folder, folder.register(watch, CHANGES));
            }
            if (way.equals(FileTrace.of(path))) return way;
        }
    }

    private static void awaitChange(WatchService watch, Map<Path, Set<String>> way) throws InterruptedException {
        boolean concerned = false;
        while (!concerned) concerned = concerns(watch.take(), way);
        for (int i = 0; i < MOST_STEPS; i++) { // files are mostly written in several steps
            var key = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
            if (key == null) return;
            concerns(key, way);
        }
    }

    private static boolean concerns(WatchKey key, Map<Path, Set<String>> way) {
        var names = way.getOrDefault((Path) key.watchable(), Set.of());
        boolean concerned = key.pollEvents().stream()
                .anyMatch(event -> event.context() == null
                        || names.contains(event.context().toString()));
        return !key.reset() || concerned;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
