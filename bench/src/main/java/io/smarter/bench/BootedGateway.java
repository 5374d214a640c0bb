package io.smarter.bench;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.ContainerStateValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** An agent that was just started, and what its runtime has come to run. Closing kills it, as a power cut does. */
final class BootedGateway implements AutoCloseable {
    private static final int LOOK_AGAIN_MILLIS = 20;
    private static final String POD_NAME = "io.kubernetes.pod.name";
    private static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

    private final Process process;
    private final Path runtime;
    private final long begun;
    private final Instant began;

    /** How long after the agent's start what ran. */
    record Times(Duration runtime, Duration first, Duration all) {}

    private BootedGateway(Process process, Path runtime, long begun, Instant began) {
        this.process = process;
        this.runtime = runtime;
        this.begun = begun;
        this.began = began;
    }

    static BootedGateway start(List<String> command, Path runtime) throws IOException {
        var began = Instant.now();
        long begun = System.nanoTime();
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("SMARTER_AGENT_SUPERVISED", "1"); // this process is the agent, and ends with it
        return new BootedGateway(builder.start(), runtime, begun, began);
    }

    /** Waits until containers of this many pods run. */
    Times await(int pods, Duration patience) throws IOException, InterruptedException {
        var answered = awaitRuntime(patience);
        try (var cri = CriClient.connect(runtime)) {
            while (true) {
                var running = running(cri);
                if (running.size() >= pods) return times(cri, running, answered);
                pause(patience, "%d of %d containers run".formatted(running.size(), pods));
            }
        }
    }

    /** Waits until the runtime answers; says how long it took. */
    Duration awaitRuntime(Duration patience) throws IOException, InterruptedException {
        while (true) {
            try (var cri = CriClient.connect(runtime)) {
                cri.version();
                return Duration.ofNanos(System.nanoTime() - begun);
            } catch (CriException e) {
                pause(patience, "its runtime does not answer");
            }
        }
    }

    /** The ids of the measured containers that run, by pod. */
    Map<String, String> running() throws IOException {
        try (var cri = CriClient.connect(runtime)) {
            return running(cri);
        }
    }

    private static Map<String, String> running(CriClient cri) throws IOException {
        var state = ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_RUNNING);
        var running = new TreeMap<String, String>();
        var measured = ContainerFilter.newBuilder()
                .setState(state)
                .putLabelSelector(POD_NAMESPACE, Application.NAMESPACE)
                .build();
        for (var container : cri.listContainers(measured))
            running.put(container.getLabelsOrDefault(POD_NAME, ""), container.getId());
        return running;
    }

    private Times times(CriClient cri, Map<String, String> running, Duration answered) throws IOException {
        var after = new ArrayList<Duration>();
        for (var id : running.values()) {
            long started = cri.containerStatus(id).getStartedAt();
            after.add(Duration.between(began, Instant.ofEpochSecond(0, started)));
        }
        after.sort(null);
        return new Times(answered, after.getFirst(), after.getLast());
    }

    private void pause(Duration patience, String what) throws IOException, InterruptedException {
        if (!process.isAlive()) throw new IOException("the agent ended while " + what);
        if (System.nanoTime() - begun > patience.toNanos())
            throw new IOException("the agent runs since %d s and %s".formatted(patience.toSeconds(), what));
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
