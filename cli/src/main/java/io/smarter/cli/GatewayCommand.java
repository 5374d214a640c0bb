package io.smarter.cli;

import io.smarter.gateway.Gateway;
import io.smarter.gateway.GatewaySettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The node agent in the foreground, as it runs in production. */
@Command(name = "gateway", description = "Runs a gateway's node agent in the foreground.")
final class GatewayCommand implements Callable<Integer> {
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
                        labels)
                .withHost(GatewaySettings.HostPaths.REAL
                        .withKubelet(kubelet.toAbsolutePath())
                        .withManifests(manifests == null ? null : manifests.toAbsolutePath()))
                .withLimits(limits.limits());
        try (var stop = Stop.onSignal();
                var _ = Heap.tended();
                var _ = Gateway.start(settings)) {
            System.out.printf("smarter gateway %s runs against %s%n", name, server);
            stop.await();
        }
        return 0;
    }
}
