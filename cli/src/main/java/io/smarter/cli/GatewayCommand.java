package io.smarter.cli;

import io.smarter.agent.SelfUpgrade;
import io.smarter.gateway.Gateway;
import io.smarter.gateway.GatewayProgram;
import io.smarter.gateway.GatewaySettings;
import io.smarter.gateway.ShutdownPhase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The node agent in the foreground, as it runs in production. */
@Command(name = "gateway", description = "Runs a gateway's node agent in the foreground.")
final class GatewayCommand implements Callable<Integer> {
    /** For the runtime to kill, in each phase, what does not end by itself. */
    private static final Duration SLACK = Duration.ofSeconds(90);

    /** Tells {@code smarter-agent} to start the agent again. */
    private static final int RESTART = 75;

    @Option(names = "--server", required = true, paramLabel = "URL", description = "The cloud's address.")
    private URI server = URI.create("https://127.0.0.1:6443");

    @Option(names = "--token", paramLabel = "T", description = "The join token; needed at the first start only.")
    private @Nullable String token;

    @Option(names = "--name", required = true, paramLabel = "N", description = "The node's name.")
    private String name = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "/var/lib/smarter/gateway",
            description = "Where it keeps its state (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("/var/lib/smarter/gateway");

    @Option(
            names = "--runtime",
            paramLabel = "unix:///…",
            description = "The CRI socket to use; an own containerd is started where none answers.")
    private @Nullable URI runtime;

    @Option(names = "--label", paramLabel = "k=v", description = "A label of the node; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--kubelet-dir",
            paramLabel = "DIR",
            defaultValue = "/var/lib/kubelet",
            description = "Where device plugins look for a kubelet (default: ${DEFAULT-VALUE}).")
    private Path kubelet = Path.of("/var/lib/kubelet");

    @Option(
            names = "--pod-manifest-path",
            paramLabel = "DIR",
            description = "Where manifests of static pods are (default: manifests below --data).")
    private @Nullable Path manifests;

    @Option(
            names = "--drain-on-stop",
            description = {
                "Ends the pods, too, when this agent is told to stop: for an agent that is",
                "stopped only with its machine. Without it they run on."
            })
    private boolean drain;

    @Option(
            names = "--shutdown-grace-period-by-pod-priority",
            paramLabel = "PRIORITY=TIME,…",
            defaultValue = ShutdownPhase.USUAL,
            description =
                    "How long pods have to end, by priority, when the machine goes down (default: ${DEFAULT-VALUE}).")
    private String phases = ShutdownPhase.USUAL;

    @Mixin
    private final NodeLimitOptions limits = new NodeLimitOptions();

    @Override
    public Integer call() throws Exception {
        if (runtime != null && !"unix".equals(runtime.getScheme()))
            throw new CliException("--runtime must be unix:///PATH, was '%s'".formatted(runtime));
        var settings = new GatewaySettings(
                        server,
                        token,
                        name,
                        data.toAbsolutePath(),
                        runtime == null ? null : Path.of(runtime.getPath()),
                        shown())
                .withHost(GatewaySettings.HostPaths.REAL
                        .withKubelet(kubelet.toAbsolutePath())
                        .withManifests(manifests == null ? null : manifests.toAbsolutePath()))
                .withLimits(limits.limits())
                .withShutdown(phases());
        try (var stop = Stop.onSignal(
                        drain ? ShutdownPhase.total(settings.shutdown()).plus(SLACK) : Duration.ZERO);
                var _ = Heap.tended();
                var gateway = Gateway.start(settings, program(stop))) {
            System.out.printf("smarter gateway %s runs against %s%n", name, server);
            stop.await();
            if (drain && stop.status() == 0) gateway.drain();
            return stop.status();
        }
    }

    /** The node's labels, with the version of this agent. */
    private Map<String, String> shown() throws IOException {
        var shown = new LinkedHashMap<>(labels);
        var program = AgentProgram.current();
        if (program != null) shown.put(SelfUpgrade.RUNNING, program.version());
        return shown;
    }

    private static @Nullable GatewayProgram program(Stop stop) {
        var program = AgentProgram.current();
        if (program == null) return null;
        var installed = System.getenv("SMARTER_AGENT_BASE");
        boolean restartable = System.getenv("SMARTER_AGENT") != null;
        return new GatewayProgram(
                program.folder(),
                installed == null ? program.folder() : Path.of(installed),
                restartable ? () -> stop.ask(RESTART) : null);
    }

    private List<ShutdownPhase> phases() {
        try {
            return ShutdownPhase.parse(phases);
        } catch (IllegalArgumentException e) {
            throw new CliException("--shutdown-grace-period-by-pod-priority: " + e.getMessage());
        }
    }
}
