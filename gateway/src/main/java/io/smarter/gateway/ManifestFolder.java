package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A folder with manifests of pods that the node runs on its own, one in each file. A file that holds none is told of and
 * keeps no other back; what it held before stays until it is mended or removed, as a manifest may be seen half written.
 * For use by one thread.
 */
final class ManifestFolder {
    private static final System.Logger LOG = System.getLogger(ManifestFolder.class.getName());
    private static final int LARGEST = 1 << 20;
    private static final int MOST = 256;
    private static final int MOST_STEPS = 25;
    private static final long QUIET_MILLIS = 200;

    private final Path folder;
    private final String node;
    private final NodeEvents events;
    private final Map<Path, Pod> good = new HashMap<>();
    private final Map<Path, String> told = new HashMap<>();

    /** A folder, made when it is missing, of a node. */
    ManifestFolder(Path folder, String node, NodeEvents events) {
        this.folder = folder;
        this.node = node;
        this.events = events;
    }

    /** Reads the manifests, and again whenever they change, until it is interrupted. */
    void watch(Consumer<Map<String, Pod>> changed) throws InterruptedException {
        while (true) {
            try (var changes = folder.getFileSystem().newWatchService()) {
                Files.createDirectories(folder);
                follow(changes, changed);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "manifests of {0} are not looked at: {1}", folder, e.getMessage());
                Thread.sleep(TimeUnit.MINUTES.toMillis(1));
            }
        }
    }

    /** Until the folder itself is removed. */
    private void follow(WatchService changes, Consumer<Map<String, Pod>> changed)
            throws IOException, InterruptedException {
        var key = folder.register(
                changes,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        do {
            changed.accept(read());
            changes.take();
            awaitQuiet(changes, key);
        } while (key.isValid());
        changed.accept(Map.of());
    }

    /** Files are mostly written in several steps. */
    private static void awaitQuiet(WatchService changes, WatchKey key) throws InterruptedException {
        for (int i = 0; i < MOST_STEPS; i++) {
            key.pollEvents();
            if (!key.reset() || changes.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS) == null) return;
        }
        key.reset();
    }

    /** The pods by namespace and name. */
    Map<String, Pod> read() throws IOException {
        var pods = new TreeMap<String, Pod>();
        var files = files();
        good.keySet().retainAll(files);
        told.keySet().retainAll(files);
        for (var file : files) {
            var problem = add(file, pods);
            if (problem == null) told.remove(file);
            else tell(file, problem);
        }
        return pods;
    }

    /** Adds a file's pod; gives what is wrong with the file, null for nothing. */
    private @Nullable String add(Path file, Map<String, Pod> pods) {
        String problem = null;
        try {
            good.put(file, StaticPod.read(file, content(file), node));
        } catch (ConfigException | IOException e) {
            problem = String.valueOf(e.getMessage())
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(" "));
        }
        var pod = good.get(file);
        if (pod == null || pods.putIfAbsent(pod.key(), pod) == null) return problem;
        return "pod %s is in another file already".formatted(pod.key());
    }

    private List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        DirectoryStream.Filter<Path> wanted = file -> Files.isRegularFile(file) && !isHidden(file);
        try (var entries = Files.newDirectoryStream(folder, wanted)) {
            for (var file : entries) {
                if (files.size() == MOST) throw new IOException("more than %d files in %s".formatted(MOST, folder));
                files.add(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }

    private static byte[] content(Path file) throws IOException, ConfigException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) throw new ConfigException("must be at most %d bytes".formatted(LARGEST));
            return content;
        }
    }

    /** Once for each thing that is wrong with a file. */
    private void tell(Path file, String problem) {
        if (problem.equals(told.put(file, problem))) return;
        LOG.log(Level.WARNING, "no pod is made of manifest {0}: {1}", file, problem);
        events.record(
                EventLog.Kind.WARNING,
                "InvalidPodManifest",
                "Could not process manifest file %s: %s".formatted(file, problem));
    }
}
