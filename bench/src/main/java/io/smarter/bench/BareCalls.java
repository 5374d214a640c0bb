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

    /** How long it takes until the container's process runs. Nothing is left of it. */
    Duration run(String name) throws CriException {
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
        var sandboxId = cri.runPodSandbox(sandbox);
        try {
            cri.startContainer(cri.createContainer(sandboxId, container, sandbox));
            return Duration.ofNanos(System.nanoTime() - start);
        } finally {
            cri.stopPodSandbox(sandboxId);
            cri.removePodSandbox(sandboxId);
        }
    }

    private static KeyValue env(String name, String value) {
        return KeyValue.newBuilder().setKey(name).setValue(value).build();
    }
}
