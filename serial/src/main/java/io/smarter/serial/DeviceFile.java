package io.smarter.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/**
 * Waits for changes around the file of a device: in its folder and those above, which may come and go, and in those of links that
 * lead to it. Used by one thread.
 */
final class DeviceFile implements AutoCloseable {
    private static final int MOST_LINKS = 8;

    private final Path file;
    private final WatchService changes;

    DeviceFile(Path file) throws IOException {
        this.file = file;
        this.changes = file.getFileSystem().newWatchService();
        watch();
    }

    /** Looks at the folders that there are now. */
    private void watch() throws IOException {
        var at = file.toAbsolutePath().normalize();
        for (int link = 0; link < MOST_LINKS; link++) {
            watchWayTo(at);
            try {
                at = at.resolveSibling(Files.readSymbolicLink(at)).normalize();
            } catch (NotLinkException | NoSuchFileException _) {
                return;
            }
        }
    }

    /** From the top, so that what is made meanwhile is either found or heard of. */
    private void watchWayTo(Path file) throws IOException {
        var folder = file.getRoot();
        try {
            for (var name : file) {
                folder.register(
                        changes,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                folder = folder.resolve(name);
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            // one above is watched
        }
    }

    /** Whether there is a file, at the end of all links. */
    boolean exists() {
        return Files.exists(file);
    }

    /** Waits for a change, but no longer than some time. */
    void await(long milliseconds) throws IOException, InterruptedException {
        var key = changes.poll(milliseconds, TimeUnit.MILLISECONDS);
        if (key == null) return;
        key.pollEvents();
        key.reset();
        watch();
    }

    @Override
    public void close() throws IOException {
        changes.close();
    }
}
