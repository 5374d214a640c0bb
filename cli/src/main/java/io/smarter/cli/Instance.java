package io.smarter.cli;

import io.smarter.client.ClientConfig;
import io.smarter.gateway.CniFolders;
import io.smarter.gateway.Containerd;
import io.smarter.gateway.Gateway;
import io.smarter.gateway.Notices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What {@code smarter up} runs on this machine: one cloud and its gateways, each with a folder of its own below one
 * data folder.
 */
record Instance(Path data) {
    static final String GATEWAY_PREFIX = "gateway-";

    Path cloudFolder() {
        return data.resolve("cloud");
    }

    Path kubeconfig() {
        return cloudFolder().resolve("admin.kubeconfig");
    }

    Daemon cloud() {
        return new Daemon("cloud", cloudFolder());
    }

    /** Where the parts of the demo application meet, a folder for each gateway. */
    Path demoFolder() {
        return data.resolve("demo");
    }

    Path gatewayFolder(String name) {
        return data.resolve(name);
    }

    /** Whether a gateway is the one that device plugins find: a machine's devices are one gateway's to give. */
    boolean isOfThisMachine(String gateway) {
        return data.equals(DataOption.USUAL) && gateway.equals(GATEWAY_PREFIX + 1);
    }

    /** Where a gateway keeps versions of its agent. */
    Path agentFolder(String name) {
        return gatewayFolder(name).resolve("agent");
    }

    Daemon gateway(String name) {
        return new Daemon(name, gatewayFolder(name));
    }

    /** The names of the gateways that have a folder here, in the order of their numbers. */
    List<String> gateways() throws IOException {
        var names = new ArrayList<String>();
        if (!Files.isDirectory(data)) return names;
        try (var folders = Files.newDirectoryStream(data, GATEWAY_PREFIX + "*")) {
            for (var folder : folders) names.add(folder.getFileName().toString());
        }
        names.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        return names;
    }

    /** Where the agents answer that run in the data folder or, as one of a gateway alone, below it. */
    List<Path> agents() throws IOException {
        var folders = new ArrayList<>(List.of(data, data.resolve("gateway")));
        for (var name : gateways()) folders.add(gatewayFolder(name));
        return folders.stream().map(Gateway::socket).filter(Files::exists).toList();
    }

    /** The CRI socket of a gateway's own containerd. */
    Path runtime(String gateway) {
        return containerd(gateway).socket();
    }

    Path cniFolder() {
        return data.resolve("cni").toAbsolutePath();
    }

    /** Where the gateways' runtimes find their network: one for all of them, apart from the machine's own. */
    CniFolders cni() {
        return new CniFolders(cniFolder().resolve("net.d"), cniFolder().resolve("bin"));
    }

    /** Where device plugins find the gateways, a folder for each. */
    Path kubelets() {
        return data.resolve("kubelet").toAbsolutePath();
    }

    EdgeDeployment edge() {
        return new EdgeDeployment(cni(), kubelets());
    }

    Containerd containerd(String gateway) {
        return new Containerd(gatewayFolder(gateway), cni());
    }

    /** What a gateway wants a person to know. */
    Notices notices(String gateway) {
        return Notices.of(gatewayFolder(gateway));
    }

    /** How to reach the cloud as its administrator. */
    ClientConfig admin() throws IOException {
        if (!Files.isReadable(kubeconfig()))
            throw new CliException("no cloud in %s; start one with: smarter up".formatted(data));
        return ClientConfig.kubeconfig(kubeconfig());
    }
}
