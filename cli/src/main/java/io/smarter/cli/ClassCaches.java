package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the caches of the classes that the programs load: they do once what they do all day, and the virtual machine
 * records it (JEP 483, 514). A gateway whose cache holds just what it uses starts sooner and takes 10 MiB less.
 */
record ClassCaches(Distribution distribution) {
    private static final String GATEWAY = Instance.GATEWAY_PREFIX + "1";
    private static final String DEMO = "smarter-demo";

    /** The virtual machine writes a cache after the program's end. */
    private static final Duration WRITING = Duration.ofSeconds(60);

    /** Makes them all, with a whole instance that is gone afterwards. */
    void make(Terminal terminal) throws Exception {
        var instance = new Instance(distribution.folder().resolve("rehearsal"));
        var launch = new Launch(instance, distribution.withRecording(), Terminal.silent());
        try {
            launch.cloud(freePort());
            gateway(instance, launch, terminal);
            train("cli", instance);
        } finally {
            end(instance);
            instance.cloud().stop(WRITING);
            Trees.remove(instance.data());
        }
    }

    /** Containers need root and a kernel that allows them: where there are none, all of the gateway's classes are loaded. */
    private void gateway(Instance instance, Launch launch, Terminal terminal) throws Exception {
        try {
            if (!Packages.isRoot() || !Packages.missing().isEmpty())
                throw new CliException("only root can start containers");
            launch.gateway(GATEWAY);
            launch.demo();
            useAndRemoveDemo(instance);
            end(instance);
        } catch (CliException | IOException e) {
            terminal.print(
                    "    the gateway takes more memory than it could, as it was not rehearsed: " + Main.message(e));
            end(instance);
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

    private static void end(Instance instance) throws Exception {
        for (var name : instance.gateways()) {
            instance.gateway(name).stop(WRITING);
            instance.containerd(name).stop(Duration.ofSeconds(5));
        }
    }

    /** Has a program load its classes in a process that only does that. */
    private void train(String program, Instance instance) throws IOException, InterruptedException {
        var command = new ArrayList<>(distribution.withRecording().command(program, List.of()));
        command.set(command.size() - 1, "train");
        command.addAll(List.of(program, "--kubeconfig", instance.kubeconfig().toString()));
        AssembleCommand.run(distribution, "train-" + program, command);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
