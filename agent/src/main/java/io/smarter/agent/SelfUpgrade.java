package io.smarter.agent;

import io.smarter.api.NodeAnnotations;
import io.smarter.client.ApiClient;
import io.smarter.client.Backoff;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has a gateway run the version of the agent that its Node asks for, by the annotation {@link #WANTED}. Gets it, says
 * that it is to be tried, and has this process end; the new one proves itself here, or is given up by {@code
 * smarter-agent}, which starts both. Works on a thread of its own that sleeps while nothing changes.
 */
public final class SelfUpgrade implements AutoCloseable {
    /** The annotation by which a Node asks for a version. Nodes may not write it. */
    public static final String WANTED = NodeAnnotations.AGENT_VERSION;

    /** The label by which a Node shows its version. */
    public static final String RUNNING = "smarter.io/agent-running";

    /** The annotation by which a Node shows why it does not run what it is asked for. */
    public static final String PROBLEM = "smarter.io/agent-problem";

    /** What a trial waits for when it has everything but the cloud. */
    public static final String CLOUD = "cloud";

    private static final System.Logger LOG = System.getLogger(SelfUpgrade.class.getName());
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration SAY = Duration.ofSeconds(10);
    private static final Duration PARDON = Duration.ofMinutes(5);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final long SPARE_BYTES = 32L << 20;

    /** The agent around it. Safe for use by many threads. */
    public interface Agent {
        ApiClient client();

        /** The authorities that the node trusts. */
        List<X509Certificate> authorities() throws IOException;

        /** Records an event about the Node. */
        void tell(boolean warning, String reason, String message);

        /** Has the Node show, by {@link #PROBLEM}, what is wrong; empty for nothing. */
        void show(String problem) throws IOException;

        /** What is not yet as it should be with this process, such as {@link #CLOUD}; empty when all is well. */
        String waitingFor();

        /** Whether somebody starts this process again when it ends. */
        boolean restartable();

        /** Has this process end and be started again. */
        void restart();
    }

    private record Asked(String version, String problem) {}

    private final AgentFolder folder;
    private final Agent agent;
    private final String running;
    private final Thread thread;
    private @Nullable Asked asked;
    private boolean woken;
    private final Backoff pause = new Backoff(LONGEST_PAUSE.toMillis());
    private String refused = "";

    private SelfUpgrade(AgentFolder folder, Agent agent) throws IOException {
        this.folder = folder;
        this.agent = agent;
        running = folder.running();
        thread = Thread.ofVirtual().name("upgrade").unstarted(this::run);
    }

    /** Begins; nothing is changed before {@link #look} has told what is wanted. */
    public static SelfUpgrade start(AgentFolder folder, Agent agent) throws IOException {
        var upgrade = new SelfUpgrade(folder, agent);
        upgrade.thread.start();
        return upgrade;
    }

    /** Tells how the cloud's Node is now. */
    public synchronized void look(Json.Obj node) {
        var annotations = node.texts("metadata", "annotations");
        var now = new Asked(annotations.getOrDefault(WANTED, ""), annotations.getOrDefault(PROBLEM, ""));
        if (now.equals(asked)) return;
        if (asked == null || !asked.version().equals(now.version())) refused = "";
        asked = now;
        pause.reset();
        woken = true;
        notifyAll();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            prove();
            pardon();
            while (true) await(act());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "versions of the agent are not looked at any more", e);
        }
    }

    // ---- the trial

    private void prove() throws InterruptedException {
        long start = System.nanoTime();
        var faults = new Backoff(LONGEST_LOOK.toMillis());
        var said = "";
        while (true) {
            try {
                if (isProven(System.nanoTime() - start)) return;
                faults.reset();
                said = "";
                Thread.sleep(LOOK);
            } catch (IOException | RuntimeException e) {
                if (!said.equals(e.toString()))
                    LOG.log(Level.WARNING, "agent {0} is not known to be good yet: {1}", running, e);
                said = e.toString();
                Thread.sleep(faults.nextMillis());
            }
        }
    }

    private boolean isProven(long nanos) throws IOException {
        var state = folder.state();
        if (!(Upgrade.of("", running, state) instanceof Upgrade.Prove)) return true;
        var lack = agent.waitingFor();
        if (lack.isEmpty()) {
            folder.write(state.proven());
            var before = state.current().isEmpty() ? "the installed version" : state.current();
            agent.tell(false, "AgentUpgraded", "agent %s runs in place of %s".formatted(running, before));
            return true;
        }
        if (nanos > SAY.toNanos() && !lack.equals(state.waiting())) folder.write(state.waitingFor(lack));
        return false;
    }

    /**
     * A version that lacked but the cloud may be as good as this one, if this one does not reach it either. Asked once:
     * when the cloud was there, a later start without it says nothing of that version.
     */
    private void pardon() throws InterruptedException {
        try {
            var state = folder.state();
            if (state.bad().isEmpty() || !state.waiting().equals(CLOUD)) return;
            if (awaitNode(PARDON)) {
                folder.write(state.waitingFor(""));
                return;
            }
            LOG.log(Level.INFO, "the cloud is away from agent {0} too: {1} may be tried again", running, state.bad());
            folder.write(state.pardoned());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "state of the agent is not to be had: {0}", e.getMessage());
        }
    }

    private synchronized boolean awaitNode(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); asked == null && left > 0; left = (end - System.nanoTime()) / 1_000_000)
            wait(left);
        return asked != null;
    }

    // ---- what is wanted

    /** Waits until something is new; no longer than a time, unless that is null. */
    private synchronized void await(@Nullable Duration time) throws InterruptedException {
        long end = time == null ? Long.MAX_VALUE : System.nanoTime() + time.toNanos();
        while (!woken) {
            long left = time == null ? Long.MAX_VALUE : (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) break;
            wait(left);
        }
        woken = false;
    }

    private synchronized @Nullable Asked asked() {
        return asked;
    }

    /** Does what is to be done; gives after what time it is to be tried again, null for when something is new. */
    private @Nullable Duration act() throws InterruptedException {
        var now = asked();
        if (now == null) return null;
        try {
            var before = folder.state();
            var state = before.wanting(now.version());
            if (!state.equals(before)) folder.write(state);
            switch (Upgrade.of(now.version(), running, state)) {
                case Upgrade.Stay _ -> {
                    show(now, "");
                    folder.tidy();
                }
                case Upgrade.Avoid(var version, var why) -> {
                    if (show(now, version + ": " + why))
                        agent.tell(
                                true,
                                "AgentFlippedBack",
                                "agent %s runs again: %s is bad: %s".formatted(running, version, why));
                }
                case Upgrade.Prove _ -> LOG.log(Level.DEBUG, "agent {0} is being tried", running);
                case Upgrade.Change(var version) -> {
                    if (!version.equals(refused)) change(version);
                }
            }
            return null;
        } catch (BadReleaseException | IllegalArgumentException e) {
            refuse(now, String.valueOf(e.getMessage()));
            return null;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "agent {0} not had yet: {1}", now.version(), e.getMessage());
            if (e instanceof Download.MissingReleaseException) tryToShow(now, String.valueOf(e.getMessage()));
            synchronized (this) {
                return Duration.ofMillis(pause.nextMillis());
            }
        }
    }

    private void refuse(Asked now, String why) {
        refused = now.version();
        LOG.log(Level.ERROR, "agent {0} refused: {1}", now.version(), why);
        agent.tell(true, "AgentUpgradeFailed", why);
        tryToShow(now, why);
    }

    private void tryToShow(Asked now, String problem) {
        try {
            show(now, problem);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "problem not shown: {0}", e.getMessage());
        }
    }

    /** Has the Node show a problem; false if it does already. */
    private boolean show(Asked now, String problem) throws IOException {
        if (now.problem().equals(problem)) return false;
        agent.show(problem);
        synchronized (this) {
            if (now.equals(asked)) asked = new Asked(now.version(), problem);
        }
        return true;
    }

    private void change(String version) throws IOException, InterruptedException {
        Release.checkVersion(version);
        if (!agent.restartable())
            throw new BadReleaseException(
                    "agent %s can't be tried: this one was not started by smarter-agent, which would start another"
                            .formatted(version));
        if (!folder.has(version, agent.authorities())) fetch(version);
        var now = asked();
        if (now == null || !now.version().equals(version)) return;
        folder.write(folder.state().tried(version));
        agent.restart();
        Thread.sleep(Long.MAX_VALUE); // this process ends
    }

    private void fetch(String version) throws IOException {
        var signed = Download.release(agent.client(), version, Release.ownPlatform());
        var release = verified(signed, version);
        var staging = new Staging(folder, signed, release);
        checkSpace(staging);
        var missing = staging.link();
        long bytes = missing.stream().mapToLong(ReleaseFile::packed).sum();
        agent.tell(
                false,
                "AgentDownloading",
                "agent %s: %d of %d files, %d bytes of %d"
                        .formatted(version, missing.size(), release.files().size(), bytes, release.size()));
        for (var file : missing) {
            var now = asked();
            if (now == null || !now.version().equals(version)) return;
            if (!staging.link(file)) download(staging, file);
        }
        staging.finish();
    }

    private Release verified(SignedRelease signed, String version) throws IOException {
        Release release;
        try {
            release = signed.verified(agent.authorities());
        } catch (IllegalArgumentException e) {
            throw new BadReleaseException("list of version %s %s".formatted(version, e.getMessage()), e);
        }
        if (!release.version().equals(version) || !release.platform().equals(Release.ownPlatform()))
            throw new BadReleaseException("list of version %s for %s is of version %s for %s"
                    .formatted(version, Release.ownPlatform(), release.version(), release.platform()));
        return release;
    }

    /** Where space is short, versions go that nobody could start again: a bad one must not keep out what mends it. */
    private void checkSpace(Staging staging) throws IOException {
        if (folder.free() >= SPARE_BYTES + staging.needed()) return;
        folder.removeUnused();
        long needed = SPARE_BYTES + staging.needed();
        long free = folder.free();
        if (free < needed)
            throw new IOException("%s: an agent needs %d bytes, %d are free".formatted(folder.root(), needed, free));
    }

    /** A part that was there before may have been damaged by a power cut; then all of the file is got again. */
    private void download(Staging staging, ReleaseFile file) throws IOException {
        var packed = staging.packed(file);
        long begun = size(packed);
        try {
            Download.blob(agent.client(), file, packed);
        } finally {
            synchronized (this) {
                if (size(packed) > begun) pause.reset(); // a link that brings something is asked again soon
            }
        }
        try {
            staging.unpack(file);
        } catch (BadReleaseException e) {
            if (begun > 0) throw new IOException("what was left of " + file.path() + " was of no use", e);
            throw e;
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
