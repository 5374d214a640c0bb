package io.smarter.cli;

import io.smarter.gateway.ClusterDns;
import io.smarter.gateway.CniFolders;
import io.smarter.gateway.GatewaySettings;
import io.smarter.gateway.ShutdownPhase;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of the node agent. */
final class GatewayOptions {
    static final ProgramOption SERVER = ProgramOption.needed("--server", "URL", "The cloud's address");
    static final ProgramOption NAME = ProgramOption.needed("--name", "N", "The node's name");
    static final ProgramOption DRAIN = ProgramOption.flag(
            "--drain-on-stop",
            "Ends the pods, too, when this agent is told to stop: for an agent that is stopped only with its machine. "
                    + "Without it they run on");
    private static final ProgramOption TOKEN =
            ProgramOption.optional("--token", "T", "The join token; needed at the first start only");
    private static final ProgramOption DATA =
            ProgramOption.usually("--data", "DIR", "/var/lib/smarter/gateway", "Where it keeps its state");
    private static final ProgramOption RUNTIME = ProgramOption.optional(
            "--runtime", "unix:///…", "The CRI socket to use; an own containerd is started where none answers");
    private static final ProgramOption LABEL =
            ProgramOption.any("--label", "k=v", "A label of the node; may be given several times");
    private static final ProgramOption KUBELET = ProgramOption.usually(
            "--kubelet-dir", "DIR", "/var/lib/kubelet", "Where device plugins look for a kubelet");
    private static final ProgramOption MANIFESTS = ProgramOption.optional(
            "--pod-manifest-path", "DIR", "Where manifests of static pods are; manifests below --data if not given");
    private static final ProgramOption CNI_CONFIG = ProgramOption.usually(
            "--cni-conf-dir",
            "DIR",
            CniFolders.USUAL.config().toString(),
            "Where an own containerd looks for a network");
    private static final ProgramOption CNI_PROGRAMS = ProgramOption.usually(
            "--cni-bin-dir",
            "DIR",
            CniFolders.USUAL.programs().toString(),
            "Where it looks for that network's plugins");
    private static final ProgramOption DNS = ProgramOption.usually(
            "--cluster-dns",
            "ADDRESS,…",
            ClusterDns.USUAL_SERVER,
            "Where pods ask for names; empty to have them ask as the node does");
    private static final ProgramOption DOMAIN = ProgramOption.usually(
            "--cluster-domain", "DOMAIN", ClusterDns.USUAL_DOMAIN, "The end of the names of pods and services");
    private static final ProgramOption PHASES = ProgramOption.usually(
            "--shutdown-grace-period-by-pod-priority",
            "PRIORITY=TIME,…",
            ShutdownPhase.USUAL,
            "How long pods have to end, by priority, when the machine goes down");

    static final List<ProgramOption> ALL = Stream.concat(
                    Stream.of(
                            SERVER,
                            TOKEN,
                            NAME,
                            DATA,
                            RUNTIME,
                            LABEL,
                            KUBELET,
                            MANIFESTS,
                            CNI_CONFIG,
                            CNI_PROGRAMS,
                            DNS,
                            DOMAIN,
                            DRAIN,
                            PHASES),
                    NodeLimitOptions.ALL.stream())
            .toList();

    private GatewayOptions() {}

    /**
     * What an agent is to do.
     *
     * @throws CliException naming what is wrong
     */
    static GatewaySettings settings(Given given) {
        return new GatewaySettings(
                        given.uri(SERVER),
                        given.optional(TOKEN),
                        given.text(NAME),
                        given.path(DATA),
                        socket(given),
                        given.pairs(LABEL, ""))
                .withHost(GatewaySettings.HostPaths.REAL
                        .withKubelet(given.path(KUBELET))
                        .withManifests(given.optionalPath(MANIFESTS))
                        .withCni(new CniFolders(given.path(CNI_CONFIG), given.path(CNI_PROGRAMS))))
                .withDns(dns(given))
                .withLimits(NodeLimitOptions.limits(given))
                .withShutdown(phases(given));
    }

    private static @Nullable Path socket(Given given) {
        if (!given.has(RUNTIME)) return null;
        URI runtime = given.uri(RUNTIME);
        if (!"unix".equals(runtime.getScheme()) || runtime.getPath() == null)
            throw new CliException("--runtime must be unix:///PATH, was '%s'".formatted(runtime));
        return Path.of(runtime.getPath());
    }

    private static ClusterDns dns(Given given) {
        try {
            return ClusterDns.parse(given.text(DNS), given.text(DOMAIN));
        } catch (IllegalArgumentException e) {
            throw new CliException("--" + e.getMessage());
        }
    }

    private static List<ShutdownPhase> phases(Given given) {
        try {
            return ShutdownPhase.parse(given.text(PHASES));
        } catch (IllegalArgumentException e) {
            throw new CliException(PHASES.name() + ": " + e.getMessage());
        }
    }
}
