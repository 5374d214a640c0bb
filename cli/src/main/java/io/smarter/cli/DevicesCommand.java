package io.smarter.cli;

import io.smarter.api.Names;
import io.smarter.client.ClientConfig;
import io.smarter.devices.DevicesStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How it stands with the devices of a node: this machine's, or one that is asked through the API server. */
@Command(
        name = "devices",
        description = "Shows a node's devices: which rule offers them, who holds them, what is wrong.",
        subcommands = {DevicesTestCommand.class, DevicesRecordCommand.class},
        footer = {
            "",
            "Without NODE this machine is asked, with or without a link to the cloud.",
            "With NODE its edge is asked through the API server of the kubeconfig,",
            "which takes the right to create pods/exec in kube-system."
        })
final class DevicesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NODE", arity = "0..1", description = "The node (default: all of this machine).")
    private String remote = "";

    @Option(names = "--node", paramLabel = "NAME", description = "Of several nodes on this machine only this one.")
    private String local = "";

    @Option(names = "--all", description = "Also shows what no rule matches.")
    private boolean all;

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "${env:KUBECONFIG}",
            description = "How to reach the API server (default: $KUBECONFIG, or that of the instance in --data).")
    private @Nullable Path kubeconfig;

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        boolean json = output.isJson();
        var nodes = remote.isEmpty() ? here(DevicesStatus.FOLDER) : List.of(there());
        if (json) System.out.print(NodeDevices.json(nodes).pretty());
        else System.out.print(text(nodes, Instant.now()));
        return 0;
    }

    private String text(List<DevicesStatus> nodes, Instant now) {
        return String.join(
                "\n",
                nodes.stream().map(node -> DevicesTable.of(node, all, now)).toList());
    }

    private List<DevicesStatus> here(Path folder) throws IOException {
        var known = DevicesStatus.read(folder);
        if (known.isEmpty())
            throw new CliException(
                    "edge keeps nothing of devices on this machine (%s); of another node ask: smarter devices NODE"
                            .formatted(folder));
        var nodes = known.stream()
                .filter(node -> local.isEmpty() || node.node().equals(local))
                .map(DevicesStatus::withHolders)
                .toList();
        if (nodes.isEmpty())
            throw new CliException("--node: must be one of this machine's, %s, was '%s'"
                    .formatted(
                            String.join(
                                    ", ",
                                    known.stream().map(DevicesStatus::node).toList()),
                            local));
        return nodes;
    }

    private DevicesStatus there() throws IOException, InterruptedException {
        if (!local.isEmpty())
            throw new CliException("--node is for this machine's nodes, and NODE for others: give one");
        if (!Names.subdomain(remote).isEmpty())
            throw new CliException("NODE must be the name of a node, was '%s'".formatted(remote));
        return new NodeDevices(config(), remote).ask();
    }

    private ClientConfig config() throws IOException {
        if (kubeconfig == null || kubeconfig.toString().isEmpty())
            return data.instance().admin();
        if (!Files.isReadable(kubeconfig))
            throw new CliException("--kubeconfig: %s can't be read".formatted(kubeconfig));
        return ClientConfig.kubeconfig(kubeconfig);
    }
}
