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

/** What of a node pods may use, by the names that a kubelet's settings have. */
final class NodeLimitOptions {
    private static final ProgramOption SYSTEM = ProgramOption.any(
            "--system-reserved",
            "RESOURCE=AMOUNT,…",
            "What is kept from pods for the system: cpu, memory, ephemeral-storage");
    private static final ProgramOption AGENT = ProgramOption.any(
            "--kube-reserved",
            "RESOURCE=AMOUNT,…",
            "What is kept from pods for this agent and the runtime, in addition");
    private static final ProgramOption HARD = ProgramOption.usually(
            "--eviction-hard", "SIGNAL<AMOUNT,…", Threshold.USUAL, "Below what pods are evicted at once");
    private static final ProgramOption SOFT = ProgramOption.usually(
            "--eviction-soft", "SIGNAL<AMOUNT,…", "", "Below what pods are evicted if it stays so");
    private static final ProgramOption SOFT_GRACE = ProgramOption.usually(
            "--eviction-soft-grace-period", "SIGNAL=TIME,…", "", "For how long it has to stay so");
    private static final ProgramOption RECLAIM = ProgramOption.usually(
            "--eviction-minimum-reclaim", "SIGNAL=AMOUNT,…", "", "How much above the threshold is enough again");
    private static final ProgramOption TRANSITION = ProgramOption.usually(
            "--eviction-pressure-transition-period", "TIME", "5m", "How long a shortage is told after it ended");
    private static final ProgramOption LONGEST_GRACE = ProgramOption.usually(
            "--eviction-max-pod-grace-period",
            "SECONDS",
            "0",
            "How long pods may take to end that a soft threshold evicts");
    private static final ProgramOption HIGH = ProgramOption.usually(
            "--image-gc-high-threshold", "PERCENT", "85", "Above how full a disk images are deleted");
    private static final ProgramOption LOW =
            ProgramOption.usually("--image-gc-low-threshold", "PERCENT", "80", "Down to how full");
    private static final ProgramOption LEAST_AGE = ProgramOption.usually(
            "--minimum-image-ttl-duration", "TIME", "2m", "How long an unused image stays at least");
    private static final ProgramOption PIDS =
            ProgramOption.usually("--pod-max-pids", "N", "0", "How many processes a pod may have; 0 for no limit");

    private static final ProgramOption SYSCTLS = ProgramOption.any(
            "--allowed-unsafe-sysctls",
            "NAME,…",
            "Kernel parameters that pods may set beside the safe ones; kernel.msg* for several");

    static final List<ProgramOption> ALL = List.of(
            SYSTEM,
            AGENT,
            HARD,
            SOFT,
            SOFT_GRACE,
            RECLAIM,
            TRANSITION,
            LONGEST_GRACE,
            HIGH,
            LOW,
            LEAST_AGE,
            PIDS,
            SYSCTLS);

    private NodeLimitOptions() {}

    /**
     * @throws CliException naming what is wrong
     */
    static NodeLimits limits(Given given) {
        try {
            var kept = new LinkedHashMap<String, Quantity>();
            for (var reserved : List.of(SYSTEM, AGENT))
                given.pairs(reserved, ",")
                        .forEach((resource, amount) -> kept.merge(resource, Quantity.parse(amount), Quantity::plus));
            var thresholds = new ArrayList<>(Threshold.hard(given.text(HARD)));
            thresholds.addAll(Threshold.soft(given.text(SOFT), given.text(SOFT_GRACE)));
            var pressure = new Pressure.Settings(
                    thresholds,
                    Threshold.reclaims(given.text(RECLAIM)),
                    Durations.parse(given.text(TRANSITION)),
                    Duration.ofSeconds(given.number(LONGEST_GRACE)));
            var images = new ImageGarbage.Settings(
                    percent(given, HIGH), percent(given, LOW), Durations.parse(given.text(LEAST_AGE)));
            return new NodeLimits(kept, pressure, images, given.number(PIDS), given.list(SYSCTLS, ","));
        } catch (IllegalArgumentException e) {
            throw new CliException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether it is one is looked at together with the other. */
    private static int percent(Given given, ProgramOption option) {
        return Math.clamp(given.number(option), -1, 1000);
    }
}
