package io.smarter.gateway;

import io.smarter.cri.CriClient;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the runtime has a network for pods. It does not tell when it gets one: as long as it has none, the folder of its
 * configuration is watched and it is asked again soon after each change there, and every few seconds. Safe for use by many
 * threads.
 */
final class PodNetwork implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PodNetwork.class.getName());
    private static final String READY = "NetworkReady";

    /** The runtime looks at its folder itself, and is asked until it will have done so. */
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(5), Duration.ofSeconds(5));

    private final Supplier<String> runtime;
    private final Path folder;
    private volatile Runnable ready = () -> {};
    private volatile Runnable changed = () -> {};
    private @Nullable Thread waiting;
    private boolean closed;

    /**
     * The network of a runtime.
     *
     * @param runtime says why there is none; empty if there is one
     * @param folder where it looks for its configuration
     */
    PodNetwork(Supplier<String> runtime, Path folder) {
        this.runtime = runtime;
        this.folder = folder;
    }

    /** Has somebody told when there is a network again. */
    void onReady(Runnable listener) {
        ready = listener;
    }

    /** Has somebody told as soon as it is seen that there is none, and when there is one again. */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Why a runtime has no network for pods; empty if it has one, or can't be asked, of which others tell. */
    static String trouble(CriClient cri) {
        try {
            for (var condition : cri.status().getConditionsList())
                if (condition.getType().equals(READY) && !condition.getStatus())
                    return "container runtime network not ready: NetworkReady=false reason:%s message:%s"
                            .formatted(condition.getReason(), condition.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "not asked for its network: {0}", e.getMessage());
        }
        return "";
    }

    /** Why pods can't have a network at the moment; empty if they can. */
    String trouble() {
        var trouble = runtime.get();
        if (!trouble.isEmpty() && await()) changed.run();
        return trouble;
    }

    /** Begins to wait; false if that goes on already. */
    private synchronized boolean await() {
        if (closed || waiting != null) return false;
        LOG.log(Level.INFO, "waiting for a network of pods in {0}", folder);
        waiting = Thread.ofVirtual().name("pod network").start(this::awaitNetwork);
        return true;
    }

    private void awaitNetwork() {
        try (var changes = folder.getFileSystem().newWatchService()) {
            Files.createDirectories(folder);
            folder.register(
                    changes,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            awaitNetwork(changes);
            LOG.log(Level.INFO, "there is a network of pods");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the folder of the network is not watched: {0}", e.getMessage());
            return; // who asks again comes back
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } finally {
            over();
        }
        changed.run();
        ready.run();
    }

    private void awaitNetwork(WatchService changes) throws InterruptedException {
        Duration pause = null;
        while (!runtime.get().isEmpty()) {
            pause = PAUSES.after(pause);
            var key = changes.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
            if (key == null) continue;
            pause = null;
            key.pollEvents();
            key.reset();
        }
    }

    private synchronized void over() {
        waiting = null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (waiting != null) waiting.interrupt();
    }
}
