package io.smarter.gateway;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.files.Disk;
import io.smarter.linux.Kernel;
import io.smarter.linux.LinuxKernel;
import io.smarter.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The containerd that a gateway brings along where none runs: an own one, with root, state, socket
 * and sandbox image of its own; a containerd of the system is left alone. It outlives the agent, so that an agent that was
 * killed finds its containers running; while there is an agent, it is started again when it dies. Needs root and the
 * programs of Debian's packages containerd and runc. The pods' network is others' to make.
 *
 * <p>A crash at any moment leaves nothing that the next start does not find: the process by its command line, containers
 * in containerd's own database, everything else below two folders whose names follow from the data folder's.
 *
 * <p>Used by one thread.
 */
public final class Containerd implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Containerd.class.getName());
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(30));
    private static final Duration HEALTHY = Duration.ofMinutes(1);

    private final ContainerdFolders folders;
    private final ContainerdProcess process;
    private final CniFolders cni;
    private @Nullable Thread supervisor;

    /** The containerd of the gateway with this data folder; nothing is started yet. */
    public Containerd(Path data, CniFolders cni) {
        this.folders = ContainerdFolders.of(data);
        this.process = new ContainerdProcess(folders);
        this.cni = cni;
    }

    /** Whether a container runtime answers on a socket. */
    public static boolean answers(Path socket) {
        try (var cri = CriClient.connect(socket)) {
            cri.version();
            return true;
        } catch (CriException _) {
            return false;
        }
    }

    /** The socket on which it answers. */
    public Path socket() {
        return folders.socket();
    }

    /**
     * Takes over the one that runs, or starts one, and waits until it is ready; from then on starts it again whenever it
     * dies.
     *
     * @throws IOException saying what is missing or what containerd said
     */
    public void start() throws IOException, InterruptedException {
        shareMounts();
        var running = startIfNeeded();
        supervisor = Thread.ofVirtual().name("containerd supervisor").start(() -> supervise(running));
    }

    /** Puts an image archive (OCI or docker) into the runtime. */
    public void load(Path archive) throws IOException, InterruptedException {
        Command.run(
                List.of(
                        "ctr",
                        "-a",
                        folders.socket().toString(),
                        "-n",
                        "k8s.io",
                        "images",
                        "import",
                        archive.toString()),
                "");
    }

    /** Stops looking after it and leaves it running. */
    @Override
    public void close() {
        if (supervisor != null) supervisor.interrupt();
    }

    /**
     * Stops all pods, after asking their containers to end, and then containerd; images stay. No process, mount, network
     * interface or namespace is left. Works as well when nothing runs.
     */
    public void stop(Duration grace) throws IOException, InterruptedException {
        close();
        if (Files.exists(folders.run())) {
            stopPods(grace);
            var running = process.running();
            if (running.isPresent()) ContainerdProcess.stop(running.get());
            clear();
            Folders.deleteIfEmpty(ContainerdFolders.SHIMS);
            Folders.deleteIfEmpty(ContainerdFolders.SHIMS.resolveSibling("fifo"));
            Folders.deleteIfEmpty(Path.of("/run/containerd"));
        }
        Folders.deleteIfEmpty(ContainerdFolders.RUN);
    }

    /**
     * Leaves what a power cut and a boot leave: nothing is asked to end, containerd's database and the images are as they
     * were, and processes, mounts, network namespaces and what lies in memory are gone. For measurements and tests.
     */
    public void cutPower() throws IOException, InterruptedException {
        close();
        var running = process.running();
        if (running.isPresent()) ContainerdProcess.kill(running.get());
        clear();
    }

    /** Takes everything away that a boot finds gone. */
    private void clear() throws IOException, InterruptedException {
        for (var sandbox : process.killOrphans()) Files.deleteIfExists(folders.shimSocket(sandbox));
        var kernel = new LinuxKernel();
        unmount(folders.run(), kernel);
        unmount(folders.root(), kernel);
        unmount(folders.data().resolve("volumes"), kernel);
        unmount(folders.data().resolve("secrets"), kernel);
        PodTraces.of(folders.data()).removeGroups();
        Disk.deleteAll(folders.run());
    }

    /** Stops everything as {@link #stop} does and deletes images, settings and the pods' logs too. */
    public void purge(Duration grace) throws IOException, InterruptedException {
        stop(grace);
        PodTraces.of(folders.data()).removeLogs();
        Disk.deleteAll(folders.home());
    }

    private ProcessHandle startIfNeeded() throws IOException, InterruptedException {
        boolean changed = writeConfig();
        var running = process.running();
        if (running.isPresent()) {
            if (!changed && adopted(running.get())) return running.get();
            LOG.log(INFO, "containerd is started again, its containers keep running");
            ContainerdProcess.stop(running.get());
        }
        var started = process.start();
        LOG.log(INFO, "containerd started: pid {0}, socket {1}", Long.toString(started.pid()), folders.socket());
        awaitReady(started);
        return started;
    }

    private boolean adopted(ProcessHandle running) throws InterruptedException {
        try {
            awaitReady(running);
            LOG.log(DEBUG, "containerd runs already: pid {0}", Long.toString(running.pid()));
            return true;
        } catch (IOException e) {
            LOG.log(WARNING, "containerd runs but is of no use: {0}", e.getMessage());
            return false;
        }
    }

    /** Says whether it was another one before, as after an upgrade of the gateway. */
    private boolean writeConfig() throws IOException {
        for (var folder : List.of(folders.home(), folders.root(), folders.run())) DataFolder.createPrivate(folder);
        Files.createDirectories(folders.registries());
        var text = ContainerdConfig.text(folders, cni, snapshotter());
        if (Files.exists(folders.config()) && Files.readString(folders.config()).equals(text)) return false;
        DataFolder.write(folders.config(), text.getBytes(UTF_8));
        return true;
    }

    /** An overlay cannot lie on an overlay, as when the gateway itself runs in a container. */
    private String snapshotter() throws IOException {
        var here = mountOf(folders.root());
        return here.isPresent() && here.get().fileSystem().equals("overlay") ? "native" : "overlayfs";
    }

    /**
     * Has what is mounted below /run later, as pods' network namespaces are, appear in containers that ask for it by {@code
     * mountPropagation: HostToContainer}. With systemd all mounts are shared from the boot on; without, a pod's network can't be
     * made by another pod.
     */
    private void shareMounts() throws IOException, InterruptedException {
        Files.createDirectories(ContainerdFolders.RUN);
        var run = mountOf(ContainerdFolders.RUN);
        if (run.isEmpty()) return;
        try {
            Command.run(List.of("mount", "--make-shared", run.get().target().toString()), "");
        } catch (IOException e) {
            LOG.log(WARNING, "pods do not see what is mounted later: {0}", e.getMessage());
        }
    }

    private static Optional<Mounts.Mount> mountOf(Path folder) throws IOException {
        var path = folder.toRealPath();
        return Mounts.all().reversed().stream()
                .filter(mount -> path.startsWith(mount.target()))
                .max(Comparator.comparingInt(mount -> mount.target().getNameCount()));
    }

    private void awaitReady(ProcessHandle running) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        try (var cri = CriClient.connect(folders.socket())) {
            while (!isReady(cri)) {
                if (!running.isAlive()) throw new IOException("containerd ended: " + process.lastWords());
                if (System.nanoTime() > end) throw new IOException("containerd is not ready: " + process.lastWords());
                Thread.sleep(20);
            }
            loadSandboxImage(cri);
        }
    }

    private boolean isReady(CriClient cri) throws IOException {
        try {
            return cri.status().getConditionsList().stream()
                    .anyMatch(condition -> condition.getType().equals("RuntimeReady") && condition.getStatus());
        } catch (CriException e) {
            if (e.code() == CriException.Code.UNIMPLEMENTED)
                throw new IOException("containerd runs without CRI: " + process.lastWords(), e);
            LOG.log(DEBUG, "containerd is not ready: {0}", e.getMessage());
            return false;
        }
    }

    private void loadSandboxImage(CriClient cri) throws IOException, InterruptedException {
        if (cri.imageStatus(SandboxImage.NAME).isPresent()) return;
        var archive = folders.run().resolve("sandbox.tar");
        SandboxImage.write(archive);
        load(archive);
        Files.delete(archive);
        // CRI learns of the import by an event, a moment later.
        for (int i = 0; cri.imageStatus(SandboxImage.NAME).isEmpty(); i++) {
            if (i > 500) throw new IOException("the sandbox image was loaded, but CRI does not see it");
            Thread.sleep(10);
        }
    }

    private void supervise(ProcessHandle first) {
        Duration pause = null;
        var running = first;
        try {
            while (true) {
                long since = System.nanoTime();
                process.await(running);
                if (System.nanoTime() - since > HEALTHY.toNanos()) pause = null;
                pause = PAUSES.after(pause);
                LOG.log(WARNING, "containerd ended; it is started again in {0} ms", pause.toMillis());
                Thread.sleep(pause);
                try {
                    running = startIfNeeded();
                } catch (IOException e) {
                    LOG.log(WARNING, "containerd does not start: {0}", e.getMessage());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopPods(Duration grace) throws InterruptedException {
        try {
            startIfNeeded();
            try (var cri = CriClient.connect(folders.socket())) {
                ContainerdPods.removeAll(cri, grace);
            }
        } catch (IOException e) {
            LOG.log(WARNING, "pods are killed, since containerd cannot stop them: {0}", e.getMessage());
        }
    }

    private static void unmount(Path folder, Kernel kernel) throws IOException {
        if (Files.exists(folder)) Mounts.remove(folder.toRealPath(), kernel);
    }
}
