package io.smarter.linux;

import io.smarter.linux.DeviceEvents.Event;
import io.smarter.linux.DeviceEvents.FolderChanged;
import io.smarter.linux.DeviceEvents.Lost;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The names in a folder such as {@code /dev} and in those below it, inotify(7). What is written to the files is not watched: that
 * would be every write to {@code /dev/null}. Used by one thread.
 */
final class FolderWatch implements AutoCloseable {
    private static final int CREATED = 0x100;
    private static final int MOVED_FROM = 0x40;
    private static final int MOVED_TO = 0x80;
    private static final int DELETED = 0x200;
    private static final int ONLY_FOLDERS_NO_LINKS = 0x3000000;
    private static final int MASK = CREATED | MOVED_FROM | MOVED_TO | DELETED | ONLY_FOLDERS_NO_LINKS;

    private static final int UNMOUNTED = 0x2000;
    private static final int OVERFLOWN = 0x4000;
    private static final int NO_LONGER_WATCHED = 0x8000;
    private static final int IS_FOLDER = 0x40000000;

    private static final int HEADER = 16;
    private static final int BUFFER = 16 << 10;
    private static final int DEEPEST = 10;
    private static final int MOST = 4096;

    /** They may be full of files, none of which is a device. */
    private static final Set<String> NOT_WATCHED = Set.of("shm", "mqueue", "hugepages");

    private final Path root;
    private final int descriptor;
    private final Map<Integer, String> folders = new HashMap<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);

    private FolderWatch(Path root, int descriptor) {
        this.root = root;
        this.descriptor = descriptor;
    }

    /** Watches from now on. */
    static FolderWatch open(Path root) throws IOException {
        var watch = new FolderWatch(root, WatchCalls.inotify());
        try {
            watch.folders.put(WatchCalls.addWatch(watch.descriptor, root, MASK), "");
            watch.addThoseIn("", new HashSet<>());
            return watch;
        } catch (IOException e) {
            watch.close();
            throw e;
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Tells what has come, each folder once, and does not wait for more. */
    void read(Consumer<Event> listener) throws IOException {
        var changed = new LinkedHashSet<String>();
        boolean lost = false;
        int length = WatchCalls.read(descriptor, buffer);
        for (int at = 0; at + HEADER <= length; at += HEADER + buffer.get(ValueLayout.JAVA_INT, at + 12L))
            lost |= happened(at, changed);
        if (lost) watchAll();
        if (lost) listener.accept(new Lost());
        else changed.forEach(folder -> listener.accept(new FolderChanged(folder)));
    }

    private void watchAll() {
        folders.clear();
        var ignored = new HashSet<String>();
        if (add("", ignored)) addThoseIn("", ignored);
    }

    /** Takes one event; says whether others are lost. */
    private boolean happened(int at, Set<String> changed) throws IOException {
        int watch = buffer.get(ValueLayout.JAVA_INT, at);
        int mask = buffer.get(ValueLayout.JAVA_INT, at + 4L);
        if ((mask & (OVERFLOWN | UNMOUNTED)) != 0) return true;
        if ((mask & NO_LONGER_WATCHED) != 0) {
            folders.remove(watch);
            return false;
        }
        var folder = folders.get(watch);
        if (folder == null) return false;
        changed.add(folder);
        if ((mask & IS_FOLDER) != 0 && buffer.get(ValueLayout.JAVA_INT, at + 12L) > 0)
            folderHappened(mask, below(folder, buffer.getString(at + HEADER)), changed);
        return false;
    }

    private void folderHappened(int mask, String folder, Set<String> changed) throws IOException {
        if ((mask & MOVED_FROM) != 0) forget(folder);
        if ((mask & (CREATED | MOVED_TO)) != 0 && add(folder, changed)) addThoseIn(folder, changed);
    }

    /** Stops to watch a folder that has another name now, and those in it. */
    private void forget(String folder) throws IOException {
        for (var watched : Map.copyOf(folders).entrySet()) {
            var path = watched.getValue();
            if (!path.equals(folder) && !path.startsWith(folder + "/")) continue;
            folders.remove(watched.getKey());
            try {
                WatchCalls.removeWatch(descriptor, watched.getKey());
            } catch (NativeCalls.ErrnoException _) {
                // It has gone meanwhile.
            }
        }
    }

    private void addThoseIn(String folder, Set<String> changed) {
        if (!folder.isEmpty() && folder.split("/", -1).length >= DEEPEST) return;
        try (var entries = Files.newDirectoryStream(root.resolve(folder))) {
            for (var entry : entries) {
                if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) continue;
                var path = below(folder, String.valueOf(entry.getFileName()));
                if (add(path, changed)) addThoseIn(path, changed);
            }
        } catch (IOException | DirectoryIteratorException _) {
            // It has gone, or is not for us.
        }
    }

    /**
     * Watches a folder; says whether it could. It counts as changed: things may have been put in before it was watched.
     */
    private boolean add(String folder, Set<String> changed) {
        if (NOT_WATCHED.contains(folder) || folders.size() >= MOST) return false;
        try {
            folders.put(WatchCalls.addWatch(descriptor, root.resolve(folder), MASK), folder);
            changed.add(folder);
            return true;
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == NativeCalls.ENOSPC)
                System.getLogger("io.smarter.linux").log(System.Logger.Level.WARNING, "changes are not seen", e);
            return false; // otherwise it has gone, or is not for us
        } catch (IOException | InvalidPathException _) {
            return false;
        }
    }

    private static String below(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    @Override
    public void close() throws IOException {
        try {
            NativeCalls.close(descriptor);
        } finally {
            arena.close();
        }
    }
}
