package io.smarter.cli;

import io.smarter.api.Quantity;
import io.smarter.gateway.NodeLimits;
import io.smarter.resources.Durations;
import io.smarter.resources.ImageGarbage;
import io.smarter.resources.Pressure;
import io.smarter.resources.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What of a node pods may use, by the names that a kubelet's settings have. */
final class NodeLimitOptions {
    @Option(
            names = "--system-reserved",
            split = ",",
            paramLabel = "RESOURCE=AMOUNT",
            description = "What is kept from pods for the system: cpu, memory, ephemeral-storage.")
    private Map<String, String> system = new LinkedHashMap<>();

    @Option(
            names = "--kube-reserved",
            split = ",",
            paramLabel = "RESOURCE=AMOUNT",
            description = "What is kept from pods for this agent and the runtime, in addition.")
    private Map<String, String> agent = new LinkedHashMap<>();

    @Option(
            names = "--eviction-hard",
            paramLabel = "SIGNAL<AMOUNT,…",
            defaultValue = Threshold.USUAL,
            description = "Below what pods are evicted at once (default: ${DEFAULT-VALUE}).")
    private String hard = Threshold.USUAL;

    @Option(
            names = "--eviction-soft",
            paramLabel = "SIGNAL<AMOUNT,…",
            description = "Below what pods are evicted if it stays so.")
    private String soft = "";

    @Option(
            names = "--eviction-soft-grace-period",
            paramLabel = "SIGNAL=TIME,…",
            description = "For how long it has to stay so.")
    private String softGrace = "";

    @Option(
            names = "--eviction-minimum-reclaim",
            paramLabel = "SIGNAL=AMOUNT,…",
            description = "How much above the threshold is enough again.")
    private String reclaim = "";

    @Option(
            names = "--eviction-pressure-transition-period",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long a shortage is told after it ended (default: ${DEFAULT-VALUE}).")
    private String transition = "5m";

    @Option(
            names = "--eviction-max-pod-grace-period",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long pods may take to end that a soft threshold evicts.")
    private int longestGrace;

    @Option(
            names = "--image-gc-high-threshold",
            paramLabel = "PERCENT",
            defaultValue = "85",
            description = "Above how full a disk images are deleted (default: ${DEFAULT-VALUE}).")
    private int high = 85;

    @Option(
            names = "--image-gc-low-threshold",
            paramLabel = "PERCENT",
            defaultValue = "80",
            description = "Down to how full (default: ${DEFAULT-VALUE}).")
    private int low = 80;

    @Option(
            names = "--minimum-image-ttl-duration",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long an unused image stays at least (default: ${DEFAULT-VALUE}).")
    private String leastAge = "2m";

    @Option(
            names = "--pod-max-pids",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many processes a pod may have; 0 for no limit.")
    private long podPids;

    @Option(
            names = "--allowed-unsafe-sysctls",
            split = ",",
            paramLabel = "NAME",
            description = "Kernel parameters that pods may set beside the safe ones; kernel.msg* for several.")
    private List<String> unsafeSysctls = new ArrayList<>();

    /**
     * @throws CliException naming what is wrong
     */
    NodeLimits limits() {
        try {
            var kept = new LinkedHashMap<String, Quantity>();
            for (var reserved : List.of(system, agent))
                reserved.forEach((resource, amount) -> kept.merge(resource, Quantity.parse(amount), Quantity::plus));
            var thresholds = new ArrayList<>(Threshold.hard(hard));
            thresholds.addAll(Threshold.soft(soft, softGrace));
            var pressure = new Pressure.Settings(
                    thresholds,
                    Threshold.reclaims(reclaim),
                    Durations.parse(transition),
                    Duration.ofSeconds(longestGrace));
            var images = new ImageGarbage.Settings(high, low, Durations.parse(leastAge));
            return new NodeLimits(kept, pressure, images, podPids, unsafeSysctls);
        } catch (IllegalArgumentException e) {
            throw new CliException(String.valueOf(e.getMessage()));
        }
    }
}
