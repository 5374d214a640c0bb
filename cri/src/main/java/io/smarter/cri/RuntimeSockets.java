package io.smarter.cri;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Finds the Unix sockets of container runtimes, now and whenever some appear or go. Folders on the way to them are watched,
 * so that nothing is done while nothing changes.
 */
public final class RuntimeSockets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RuntimeSockets.class.getName());
    private static final int MOST = 64;

    private final List<Path> patterns;
    private final Consumer<Set<Path>> listener;
    private final WatchService watcher;
    private final Thread thread;

    private RuntimeSockets(List<Path> patterns, Consumer<Set<Path>> listener, WatchService watcher) {
        this.patterns = patterns;
        this.listener = listener;
        this.watcher = watcher;
        this.thread = Thread.ofVirtual().name("runtime sockets").unstarted(this::run);
    }

    /**
     * Tells the sockets that there are before it returns, and later from one thread each time they may have changed.
     *
     * @param patterns absolute paths whose names may have {@code *}
     * @throws IOException if folders cannot be watched
     */
    public static RuntimeSockets follow(List<String> patterns, Consumer<Set<Path>> listener) throws IOException {
        var paths = patterns.stream().map(Path::of).toList();
        for (var path : paths) {
            if (!path.isAbsolute()) throw new IOException("socket of a runtime must be an absolute path, was " + path);
        }
        var sockets =
                new RuntimeSockets(paths, listener, Path.of("/").getFileSystem().newWatchService());
        sockets.look();
        sockets.thread.start();
        return sockets;
    }

    /** Tells no more. */
    @Override
    public void close() throws IOException {
        watcher.close();
    }

    private void run() {
        try {
            while (true) {
                var key = watcher.take();
                key.pollEvents();
                key.reset();
                look();
            }
        } catch (ClosedWatchServiceException | InterruptedException _) {
            // closed
        } catch (IOException e) {
            LOG.log(WARNING, "container runtimes that appear later are not noticed: {0}", e.getMessage());
        }
    }

    private void look() throws IOException {
        var found = new TreeSet<Path>();
        for (var pattern : patterns) found.addAll(matches(pattern));
        listener.accept(found);
    }

    /** A folder is watched before it is read, so that nothing is missed between the two. */
    private List<Path> matches(Path pattern) throws IOException {
        var here = List.of(Path.of("/"));
        for (var name : pattern) {
            var next = new ArrayList<Path>();
            for (var folder : here) {
                if (!Files.isDirectory(folder)) continue;
                if (folder.getNameCount() > 0) watch(folder);
                next.addAll(entries(folder, name.toString()));
            }
            here = next;
        }
        var sockets = new ArrayList<Path>();
        for (var path : here) {
            if (isSocket(path) && sockets.size() < MOST) sockets.add(path.toRealPath());
        }
        return sockets;
    }

    private void watch(Path folder) throws IOException {
        try {
            folder.register(watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            if (Files.isDirectory(folder)) throw e;
        }
    }

    private static List<Path> entries(Path folder, String name) {
        if (name.indexOf('*') < 0) return List.of(folder.resolve(name));
        try (var entries = Files.newDirectoryStream(folder, name)) {
            var found = new ArrayList<Path>();
            entries.forEach(found::add);
            return found;
        } catch (IOException | java.nio.file.DirectoryIteratorException _) {
            return List.of(); // gone meanwhile; the folder above tells
        }
    }

    private static boolean isSocket(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        } catch (IOException _) {
            return false;
        }
    }
}
