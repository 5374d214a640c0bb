package io.smarter.bench;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerMetadata;
import io.smarter.cri.v1.ImageSpec;
import io.smarter.cri.v1.KeyValue;
import io.smarter.cri.v1.LinuxPodSandboxConfig;
import io.smarter.cri.v1.LinuxSandboxSecurityContext;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.NamespaceOption;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxMetadata;
import java.time.Duration;

/** The peer: the same sandbox and container, made by the same runtime, with nothing of ours in between. */
final class BareCalls {
    private final CriClient cri;
    private final String image;

    BareCalls(CriClient cri, String image) {
        this.cri = cri;
        this.image = image;
    }

    /** How long each call took. */
    record Times(Duration sandbox, Duration container, Duration start) {
        Duration sum() {
            return sandbox.plus(container).plus(start);
        }
    }

    /** Starts a container and removes it. */
    Times run(String name) throws CriException {
        var sandbox = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setUid(name)
                        .setNamespace(Application.NAMESPACE))
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                                .setNamespaceOptions(
                                        NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE))))
                .build();
        var container = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("app"))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addArgs("filter")
                .addEnvs(env("NODE_NAME", name))
                .addEnvs(env("DEMO_RUN", "/tmp"))
                .build();
        long start = System.nanoTime();
        var sandboxId = cri.runPodSandbox(sandbox, "");
        try {
            long made = System.nanoTime();
            var containerId = cri.createContainer(sandboxId, container, sandbox);
            long created = System.nanoTime();
            cri.startContainer(containerId);
            return new Times(
                    Duration.ofNanos(made - start),
                    Duration.ofNanos(created - made),
                    Duration.ofNanos(System.nanoTime() - created));
        } finally {
            cri.stopPodSandbox(sandboxId);
            cri.removePodSandbox(sandboxId);
        }
    }

    private static KeyValue env(String name, String value) {
        return KeyValue.newBuilder().setKey(name).setValue(value).build();
    }
}
