package io.smarter.bench;

import java.nio.file.Path;
import java.util.Map;

/**
 * What {@link DeployBench} measures.
 *
 * @param cloud the cloud's data folder, with {@code admin.kubeconfig}, {@code pki/ca.crt} and {@code pki/intake.token}
 * @param node the gateway
 * @param runtime the gateway's CRI socket, as a path
 * @param image the demo's image, as an OCI archive
 * @param runs how often each case is measured
 * @param processes whose memory is told: names and process ids
 * @param json whether the report is JSON rather than tables
 */
public record DeployOptions(
        Path cloud, String node, Path runtime, Path image, int runs, Map<String, Long> processes, boolean json) {
    public DeployOptions {
        if (runs < 1 || runs > 10_000)
            throw new IllegalArgumentException("runs: must be 1 to 10000, was %d".formatted(runs));
    }
}
