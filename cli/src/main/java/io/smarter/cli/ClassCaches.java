package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.client.PatchType;
import io.smarter.edge.MachineRemains;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes the caches of the classes that the programs load: they do once what they do all day, and the virtual machine
 * records it (JEP 483, 514). A gateway whose cache holds just what it uses takes some 7 MiB less.
 *
 * <p>Whoever interrupts this ends the instance, and what a killed one left is ended by the next.
 */
record ClassCaches(Distribution distribution) {
    private static final String GATEWAY = Instance.GATEWAY_PREFIX + "1";
    private static final String DEMO = "smarter-demo";

    /** The virtual machine writes a cache after the program's end. */
    private static final Duration WRITING = Duration.ofSeconds(60);

    /** Makes them all, with a whole instance that is gone afterwards. */
    void make(Terminal terminal) throws Exception {
        var instance = new Instance(Path.of(System.getProperty("smarter.home", "."), "target", "rehearsal")
                .toAbsolutePath());
        var launch = new Launch(instance, distribution.withRecording(), Terminal.silent());
        remove(instance, Duration.ZERO);
        var removed = new CountDownLatch(1);
        var rehearsing = Thread.currentThread();
        var interrupt = new Thread(() -> interrupt(rehearsing, removed));
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            launch.cloud(freePort());
            launch.edge();
            gateway(instance, launch, terminal);
            train("cli", instance);
            remove(instance, WRITING);
            removed.countDown();
            Runtime.getRuntime().removeShutdownHook(interrupt);
        } finally {
            Thread.interrupted(); // that ended the rehearsal, and is not to end the removal
            remove(instance, Duration.ZERO); // nothing is left to remove when all went well
            removed.countDown();
        }
    }

    /** Ctrl-C: the rehearsal ends where it is, and this process lives until its thread has removed the instance. */
    private static void interrupt(Thread rehearsing, CountDownLatch removed) {
        rehearsing.interrupt();
        try {
            if (!removed.await(WRITING.toSeconds(), TimeUnit.SECONDS))
                System.err.println("smarter: not everything of the rehearsal was removed; the next build does it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Instance instance, Duration patience) throws Exception {
        end(instance, patience);
        instance.cloud().stop(patience);
        if (Packages.isRoot()) MachineRemains.remove();
        Disk.deleteAll(instance.data());
    }

    /** Containers need root and a kernel that allows them: where there are none, all of the gateway's classes are loaded. */
    private void gateway(Instance instance, Launch launch, Terminal terminal) throws Exception {
        try {
            if (!Packages.isRoot()) throw new CliException("only root can start containers");
            launch.gateway(GATEWAY, true);
            launch.demo();
            useAndRemoveDemo(instance);
            end(instance, WRITING);
        } catch (CliException | IOException e) {
            if (e instanceof InterruptedIOException) throw e;
            terminal.print(
                    "    the gateway takes more memory than it could, as it was not rehearsed: " + Main.message(e));
            end(instance, WRITING);
            train("gateway", instance);
        }
    }

    private void useAndRemoveDemo(Instance instance) throws Exception {
        try (var api = new ApiClient(instance.admin())) {
            for (var pod : api.list(Resource.PODS, DEMO, ListOptions.ALL).items())
                api.raw("GET", log(pod), "application/json", new byte[0]);
            var unlabel = Json.obj("metadata", Map.of("labels", Json.obj().with(DEMO, Json.Null.NULL)));
            api.patch(Resource.NODES, "", GATEWAY, PatchType.MERGE, unlabel);
            Launch.waitFor(
                    instance.gateway(GATEWAY),
                    "the demo is gone",
                    () -> api.list(Resource.PODS, DEMO, ListOptions.ALL).items().isEmpty());
        }
    }

    private static String log(Json.Obj pod) {
        return "/api/v1/namespaces/%s/pods/%s/log?tailLines=5".formatted(DEMO, pod.textOrEmpty("metadata", "name"));
    }

    private static void end(Instance instance, Duration patience) throws Exception {
        for (var name : instance.gateways()) {
            instance.gateway(name).stop(patience);
            instance.containerd(name).purge(Duration.ofSeconds(5));
        }
    }

    /** Has a program load its classes in a process that only does that. */
    private void train(String program, Instance instance) throws IOException, InterruptedException {
        var command = new ArrayList<>(distribution.withRecording().java(program));
        command.addAll(
                List.of("train", program, "--kubeconfig", instance.kubeconfig().toString()));
        AssembleCommand.run(distribution, "train-" + program, command);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
