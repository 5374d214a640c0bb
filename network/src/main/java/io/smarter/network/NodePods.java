package io.smarter.network;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.cri.RuntimeSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods of this node, from two sources: the CNI server tells of each as soon as it has its addresses, and the container
 * runtimes tell by CRI what it calls itself and which labels it has. Safe for use by many threads.
 *
 * <p>A pod is here from the moment at which it is attached, and gone when it is detached or its sandbox ends, whichever
 * is first. Nothing is kept on disk: after a restart the runtimes are asked.
 */
final class NodePods implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.network");

    /** How long one who looks for a name waits for runtimes that do not answer. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    /** How long after it was attached a pod's sandbox may still be about to become ready. */
    private static final Duration STARTING = Duration.ofMinutes(1);

    private record Attachment(NodePod pod, long since) {}

    private record Known(NodePod pod, Path runtime) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Attachment> attachments = new LinkedHashMap<>();
    private final Map<String, Known> known = new LinkedHashMap<>();
    /** Sandboxes that were detached while their runtimes say that they are ready, and the runtimes. */
    private final Map<String, Path> detached = new HashMap<>();
    /** The sandboxes about which runtimes did not answer in time to one who looked for a name. */
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
    private final Map<Path, RuntimeFollower> followers = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final RuntimeFollower.Listener learnt = new Learnt();
    private volatile List<NodePod> current = List.of();
    private long version;
    private final ReentrantLock telling = new ReentrantLock();
    private long toldVersion;
    private volatile @Nullable RuntimeSockets sockets;

    /** The pods that are attached, while no runtime is asked. */
    NodePods() {}

    /**
     * Follows from now on the runtimes whose sockets exist or appear.
     *
     * @param patterns paths of sockets, whose names may have {@code *}
     */
    void follow(List<String> patterns) throws IOException {
        sockets = RuntimeSockets.follow(patterns, this::reach);
    }

    /** All pods at this moment. */
    List<NodePod> current() {
        return current;
    }

    /** Has a listener called after each change, by the thread that made it; a change may be told more than once. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * A pod got its addresses, or had them when this program started. It is here, and listeners have been told, when this
     * returns.
     */
    void attached(String sandbox, String namespace, String name, String uid, List<InetAddress> addresses) {
        var pod = new NodePod(sandbox, namespace, name, uid, name, null, false, addresses, List.of());
        change(() -> {
            detached.remove(sandbox);
            attachments.put(sandbox, new Attachment(pod, System.nanoTime()));
        });
    }

    /** A pod loses its addresses. No error if it is not known. */
    void detached(String sandbox) {
        change(() -> {
            attachments.remove(sandbox);
            var gone = known.remove(sandbox);
            if (gone != null) detached.put(sandbox, gone.runtime());
        });
        silent.remove(sandbox);
    }

    /**
     * Asks the runtimes about pods that have been attached, or have started, and of which nothing more is known. A runtime
     * that does not answer is waited for once for each pod, at most for {@link #PATIENCE}.
     *
     * @return whether anybody was asked, after which {@link #current} may know more
     */
    boolean learn() {
        var unknown = unknown();
        if (unknown.isEmpty()) return false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            // Who was asked before this was called may not have known yet what is known now.
            await(unknown.stream().flatMap(sandbox -> Stream.ofNullable(asked.get(sandbox))), until);
            await(
                    unknown.stream()
                            .filter(sandbox -> !isKnown(sandbox))
                            .map(sandbox -> asked.compute(
                                    sandbox, (_, before) -> before == null || before.isDone() ? ask(sandbox) : before)),
                    until);
        } catch (TimeoutException _) {
            silent.addAll(unknown);
        } catch (ExecutionException e) {
            throw new AssertionError("asking does not fail", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        var found = sockets;
        if (found != null) found.close();
        followers.values().forEach(RuntimeFollower::close);
        followers.clear();
    }

    private static void await(Stream<CompletableFuture<Void>> answers, long until)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private Set<String> unknown() {
        var unknown = new HashSet<String>();
        long now = System.nanoTime();
        lock.lock();
        try {
            attachments.forEach((sandbox, attachment) -> {
                boolean starting = now - attachment.since() < STARTING.toNanos();
                if (starting && !known.containsKey(sandbox)) unknown.add(sandbox);
            });
        } finally {
            lock.unlock();
        }
        followers.values().forEach(follower -> unknown.addAll(follower.unanswered()));
        unknown.removeAll(silent);
        return unknown;
    }

    /** Is done when one runtime knows the sandbox, or all have answered. */
    private CompletableFuture<Void> ask(String sandbox) {
        var done = new CompletableFuture<Void>();
        var each = followers.values().stream()
                .map(follower -> CompletableFuture.runAsync(
                        () -> {
                            follower.ask(sandbox);
                            if (isKnown(sandbox)) done.complete(null);
                        },
                        task -> Thread.ofVirtual().name("look for " + sandbox).start(task)))
                .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(each).whenComplete((_, _) -> done.complete(null));
        var _ = done.whenComplete((_, _) -> Thread.ofVirtual().start(() -> asked.remove(sandbox, done)));
        return done;
    }

    private boolean isKnown(String sandbox) {
        lock.lock();
        try {
            return known.containsKey(sandbox);
        } finally {
            lock.unlock();
        }
    }

    private void reach(Set<Path> found) {
        for (var socket : found) followers.computeIfAbsent(socket, path -> new RuntimeFollower(path, learnt));
        for (var follower : List.copyOf(followers.values())) {
            if (!found.contains(follower.socket())) lose(follower);
        }
    }

    /** A runtime that is started again makes its socket anew while its pods run; one whose folder is gone has none. */
    private void lose(RuntimeFollower follower) {
        followers.remove(follower.socket());
        follower.close();
        var folder = follower.socket().getParent();
        if (folder != null && Files.isDirectory(folder)) return;
        for (var sandbox : learnt.of(follower.socket())) learnt.ended(sandbox);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            publish();
        } finally {
            lock.unlock();
        }
        tell();
    }

    private void publish() {
        var pods = new ArrayList<NodePod>();
        attachments.forEach((sandbox, attachment) -> {
            var more = known.get(sandbox);
            if (more == null) pods.add(attachment.pod());
            else pods.add(more.pod().withAddresses(attachment.pod().addresses()));
        });
        known.forEach((sandbox, more) -> {
            if (!attachments.containsKey(sandbox)) pods.add(more.pod());
        });
        if (pods.equals(current)) return;
        current = List.copyOf(pods);
        version++;
    }

    /** Returns when listeners know what the caller has changed, whichever thread tells them. */
    private void tell() {
        telling.lock();
        try {
            long now = version();
            if (toldVersion == now) return;
            toldVersion = now;
            listeners.forEach(NodePods::run);
        } finally {
            telling.unlock();
        }
    }

    /** A fault in a listener is its own. */
    private static void run(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.log(ERROR, "a listener of the node's pods failed", e);
        }
    }

    private long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** What runtimes tell. */
    private final class Learnt implements RuntimeFollower.Listener {
        @Override
        public void ready(Path runtime, NodePod pod) {
            lock.lock();
            try {
                if (detached.containsKey(pod.sandbox())) return;
                var before = known.get(pod.sandbox());
                var ports = before == null ? pod.ports() : before.pod().ports();
                known.put(pod.sandbox(), new Known(pod.withPorts(ports), runtime));
                publish();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void settled() {
            tell();
        }

        @Override
        public void ports(String sandbox, List<NamedPort> ports) {
            change(() -> known.computeIfPresent(
                    sandbox, (_, more) -> new Known(more.pod().withPorts(ports), more.runtime())));
        }

        @Override
        public void ended(String id) {
            change(() -> {
                attachments.remove(id);
                known.remove(id);
                detached.remove(id);
            });
            silent.remove(id);
        }

        @Override
        public List<String> of(Path runtime) {
            lock.lock();
            try {
                var sandboxes = new ArrayList<String>();
                known.forEach((sandbox, more) -> {
                    if (more.runtime().equals(runtime)) sandboxes.add(sandbox);
                });
                detached.forEach((sandbox, from) -> {
                    if (from.equals(runtime)) sandboxes.add(sandbox);
                });
                return sandboxes;
            } finally {
                lock.unlock();
            }
        }
    }
}
