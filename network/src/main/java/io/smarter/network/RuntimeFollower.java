package io.smarter.network;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.EventStream;
import io.smarter.cri.RuntimeEvent;
import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.cri.v1.PodSandboxState;
import io.smarter.cri.v1.PodSandboxStateValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Follows the sandboxes of one container runtime by its events, and asks it about each once.
 *
 * <p>An event says that a process runs a moment before the runtime answers for it, so that question is put again for a
 * while. What is learnt counts only while the question still stands: a sandbox that ends meanwhile withdraws it.
 */
final class RuntimeFollower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.network");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** The number of pauses, each twice the one before, after which a started container is none of CRI's. */
    private static final int TRIES = 11;

    /** Is told what is learnt; called by many threads. */
    interface Listener {
        /** A sandbox of the runtime at a socket is ready. Must return at once, as it is called with a lock held. */
        void ready(Path runtime, NodePod pod);

        /** What was told to be ready is to be acted on. */
        void settled();

        /** The containers of a sandbox have these ports with names. */
        void ports(String sandbox, List<NamedPort> ports);

        /** A sandbox, or a container, has ended. */
        void ended(String id);

        /** The sandboxes of a runtime that were told to be ready, and not to have ended. */
        List<String> of(Path runtime);
    }

    /** A question that stands, told from another one about the same sandbox by its identity. */
    private static final class Question {}

    private final Path socket;
    private final CriClient cri;
    private final Listener listener;
    private final Map<String, Question> questions = new ConcurrentHashMap<>();
    private final EventStream events;
    private volatile Question listing = new Question();
    private volatile boolean closed;

    RuntimeFollower(Path socket, Listener listener) {
        this.socket = socket;
        this.listener = listener;
        this.cri = CriClient.connect(socket);
        this.events = cri.events(this::on);
    }

    Path socket() {
        return socket;
    }

    /** The sandboxes, or containers, that have started and are not known yet. */
    List<String> unanswered() {
        return List.copyOf(questions.keySet());
    }

    /** Asks about a sandbox now, once. */
    void ask(String sandbox) {
        var mine = new Question();
        var earlier = questions.putIfAbsent(sandbox, mine);
        try {
            if (answered(sandbox, earlier == null ? mine : earlier)) return;
        } catch (CriException e) {
            LOG.log(DEBUG, "{0} does not tell of sandbox {1}: {2}", socket, sandbox, e.getMessage());
        } finally {
            questions.remove(sandbox, mine);
        }
    }

    @Override
    public void close() {
        closed = true;
        events.close();
        cri.close();
        questions.clear();
    }

    private void on(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.Subscribed _ -> {
                var now = new Question();
                listing = now;
                Thread.ofVirtual().name("list sandboxes").start(() -> list(now));
            }
            case RuntimeEvent.Started(var id) -> {
                var question = new Question();
                questions.put(id, question);
                Thread.ofVirtual().name("ask for " + id).start(() -> insist(id, question));
            }
            case RuntimeEvent.Exited exited -> ended(exited.containerId());
            case RuntimeEvent.Deleted(var id) -> ended(id);
            case RuntimeEvent.OutOfMemory _ -> {}
        }
    }

    private void ended(String id) {
        questions.remove(id);
        listener.ended(id);
    }

    /** Asks until there is an answer, or there will be none. */
    private void insist(String id, Question question) {
        var pause = FIRST_PAUSE;
        try {
            for (int i = 0; i < TRIES && stands(id, question); i++) {
                try {
                    if (answered(id, question) || isContainer(id)) return;
                } catch (CriException e) {
                    LOG.log(DEBUG, "{0} does not tell of {1}: {2}", socket, id, e.getMessage());
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            questions.remove(id, question);
        }
    }

    private boolean stands(String id, Question question) {
        return questions.get(id) == question && !closed;
    }

    private boolean answered(String sandbox, Question question) throws CriException {
        try {
            var answer = cri.podSandboxDetails(sandbox);
            if (!SandboxReader.isReady(answer)) return false;
            var pod = SandboxReader.pod(answer);
            // Under the map's lock of this sandbox, as is its end: the later of the two is told later.
            questions.computeIfPresent(sandbox, (_, current) -> {
                if (current == question) listener.ready(socket, pod);
                return current == question ? null : current;
            });
            listener.settled();
            return true;
        } catch (CriException e) {
            if (e.code() == CriException.Code.NOT_FOUND) return false;
            throw e;
        }
    }

    /** Whether it is a container, in which case its sandbox's ports are looked at. */
    private boolean isContainer(String id) throws CriException {
        var found = cri.listContainers(ContainerFilter.newBuilder().setId(id).build());
        if (found.isEmpty()) return false;
        var sandbox = found.getFirst().getPodSandboxId();
        if (!listener.of(socket).contains(sandbox)) ask(sandbox);
        var all = cri.listContainers(
                ContainerFilter.newBuilder().setPodSandboxId(sandbox).build());
        listener.ports(sandbox, SandboxReader.ports(all));
        return true;
    }

    private void list(Question current) {
        var pause = FIRST_PAUSE;
        try {
            while (listing == current && !closed) {
                try {
                    take();
                    return;
                } catch (CriException e) {
                    var level = pause.equals(FIRST_PAUSE) ? WARNING : DEBUG;
                    LOG.log(level, "{0} does not list its sandboxes: {1}", socket, e.getMessage());
                }
                Thread.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is ready now. Only what was known before the question can have ended unnoticed. */
    private void take() throws CriException {
        var before = listener.of(socket);
        var ready = PodSandboxFilter.newBuilder()
                .setState(PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_READY))
                .build();
        var sandboxes = cri.listPodSandbox(ready).stream()
                .map(sandbox -> sandbox.getId())
                .collect(Collectors.toSet());
        for (var sandbox : before) if (!sandboxes.contains(sandbox)) ended(sandbox);
        for (var sandbox : sandboxes) ask(sandbox);
        cri.listContainers(ContainerFilter.getDefaultInstance()).stream()
                .collect(Collectors.groupingBy(Container::getPodSandboxId))
                .forEach((sandbox, containers) -> listener.ports(sandbox, SandboxReader.ports(containers)));
    }
}
