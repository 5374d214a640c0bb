package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.function.Consumer;

/** Tells when something in one of a few folders has changed. Sleeps while nothing does. */
final class FolderChanges implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");

    private final WatchService watcher;
    private final Consumer<Path> listener;

    private FolderChanges(WatchService watcher, Consumer<Path> listener) {
        this.watcher = watcher;
        this.listener = listener;
    }

    /**
     * Follows folders, which must be there.
     *
     * @param listener is told the folder, from one thread
     */
    static FolderChanges follow(List<Path> folders, Consumer<Path> listener) throws IOException {
        var watcher = folders.getFirst().getFileSystem().newWatchService();
        var changes = new FolderChanges(watcher, listener);
        try {
            for (var folder : folders)
                folder.register(
                        watcher,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_DELETE,
                        StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException e) {
            watcher.close();
            throw e;
        }
        Thread.ofVirtual().name("folders of devices").start(changes::run);
        return changes;
    }

    private void run() {
        try {
            while (true) {
                var key = watcher.take();
                key.pollEvents();
                if (!key.reset()) LOG.log(WARNING, "{0} is gone, and not followed any more", key.watchable());
                if (key.watchable() instanceof Path folder) listener.accept(folder);
            }
        } catch (ClosedWatchServiceException | InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
