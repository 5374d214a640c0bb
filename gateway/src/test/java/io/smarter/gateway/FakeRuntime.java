package io.smarter.gateway;

import io.smarter.cri.CriException;
import io.smarter.cri.v1.AttachRequest;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.cri.v1.ExecSyncResponse;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Runs nothing and remembers what it was asked. */
final class FakeRuntime implements ContainerRuntime {
    /** What was asked, oldest first. */
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    /** What happens before a sandbox is made. */
    volatile Runnable beforeSandbox = () -> {};

    volatile Runnable beforeContainer = () -> {};

    volatile Runnable beforeStop = () -> {};

    /** Why pods can't have a network; empty if they can. */
    volatile String networkTrouble = "";

    String networkTrouble() {
        return networkTrouble;
    }

    /** Whether containers can be stopped with other signals than their image's. */
    volatile boolean signals = true;

    /** Images that are there, and their ids. */
    final Map<String, String> images = new HashMap<>(Map.of("img", "sha256:1"));

    /** What containers were made of, by id. */
    final Map<String, ContainerConfig> configs = new ConcurrentHashMap<>();

    private final Map<String, Sandbox> sandboxes = new LinkedHashMap<>();
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private int made;

    @Override
    public synchronized Observed observe(String uid) {
        return new Observed(List.copyOf(sandboxes.values()), List.copyOf(instances.values()));
    }

    @Override
    public synchronized Set<String> pods() {
        return sandboxes.isEmpty() ? Set.of() : Set.of("u1");
    }

    @Override
    public @Nullable String podOf(String id) {
        return "u1";
    }

    @Override
    public void forget(String uid) {
        calls.add("forget");
    }

    @Override
    public synchronized String runSandbox(PodSandboxConfig config, String handler) {
        beforeSandbox.run();
        var id = "s" + config.getMetadata().getAttempt();
        sandboxes.put(
                id, new Sandbox(id, config.getMetadata().getAttempt(), true, Instant.now(), List.of("10.39.0.5")));
        calls.add("sandbox");
        return id;
    }

    @Override
    public synchronized void stopSandbox(String id) {
        calls.add("stop sandbox");
    }

    @Override
    public synchronized void removeSandbox(String id) {
        sandboxes.remove(id);
        instances.clear();
        calls.add("remove sandbox");
    }

    @Override
    public String create(String sandbox, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        beforeContainer.run();
        return make(sandbox, config);
    }

    private synchronized String make(String sandbox, ContainerConfig config) {
        var metadata = config.getMetadata();
        var id = metadata.getName() + "-" + metadata.getAttempt();
        var image = new Observed.Image("img", "sha256:1");
        var created = Instant.now().plusNanos(++made);
        configs.put(id, config);
        var hash = config.getAnnotationsOrDefault(Labels.HASH, "");
        instances.put(
                id,
                new Instance(
                        id,
                        sandbox,
                        metadata.getName(),
                        metadata.getAttempt(),
                        hash,
                        image,
                        created,
                        new State.Created()));
        return id;
    }

    @Override
    public void start(String id) {
        set(id, new State.Running(Instant.now()));
        calls.add("start " + id);
    }

    @Override
    public void stop(String id, Duration grace) {
        beforeStop.run();
        exit(id, 143);
        calls.add("stop " + id);
    }

    @Override
    public void stop(String id, int signal, Duration grace) throws CriException {
        if (!signals) throw new CriException(CriException.Code.UNIMPLEMENTED, "unknown service");
        exit(id, 128 + signal);
        calls.add("signal %d to %s, %d s".formatted(signal, id, grace.toSeconds()));
    }

    @Override
    public void reopenLog(String id) {
        calls.add("reopen " + id);
    }

    @Override
    public synchronized void remove(String id) {
        instances.remove(id);
        calls.add("remove " + id);
    }

    /** Has a container end. */
    void exit(String id, int code) {
        var now = Instant.now();
        set(id, new State.Exited(code, "", "", now.minusSeconds(1), now));
    }

    private synchronized void set(String id, State state) {
        instances.computeIfPresent(
                id,
                (_, i) -> new Instance(
                        i.id(), i.sandbox(), i.name(), i.restarts(), i.hash(), i.image(), i.created(), state));
    }

    @Override
    public synchronized Optional<Image> image(String name) {
        return Optional.ofNullable(images.get(name))
                .map(id -> Image.newBuilder().setId(id).build());
    }

    @Override
    public String pull(String name, AuthConfig credentials, PodSandboxConfig sandboxConfig) throws IOException {
        calls.add("pull " + name + " " + credentials.getUsername());
        var id = images.get(name);
        if (id == null) throw new IOException("no such image");
        return id;
    }

    @Override
    public ExecSyncResponse run(String id, List<String> command, Duration timeout) {
        return ExecSyncResponse.getDefaultInstance();
    }

    @Override
    public URI exec(ExecRequest request) {
        return URI.create("http://127.0.0.1/");
    }

    @Override
    public URI attach(AttachRequest request) {
        return URI.create("http://127.0.0.1/");
    }

    @Override
    public URI portForward(String sandbox) {
        return URI.create("http://127.0.0.1/");
    }
}
