package io.smarter.cli;

import io.smarter.edge.MachineRemains;
import io.smarter.files.Disk;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops what {@code up} started. */
@Command(name = "down", description = "Stops the cloud and the gateways that 'up' started, containers included.")
final class DownCommand implements Callable<Integer> {
    /** How long containers have between SIGTERM and SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--purge", description = "Removes their data as well.")
    private boolean purge;

    @Override
    public Integer call() throws Exception {
        var instance = data.instance();
        var terminal = Terminal.standard();
        if (!Files.isDirectory(instance.cloudFolder()) && instance.gateways().isEmpty()) {
            terminal.print("Nothing is in %s.".formatted(instance.data()));
            return 0;
        }
        for (var name : instance.gateways()) {
            terminal.step("stop " + name, () -> {
                instance.gateway(name).stop();
                if (purge) instance.containerd(name).purge(GRACE);
                else instance.containerd(name).stop(GRACE);
                return true;
            });
        }
        terminal.step("stop cloud", () -> instance.cloud().stop());
        if (!instance.gateways().isEmpty()) terminal.step("take the network away", MachineRemains::remove);
        if (purge) {
            terminal.step("remove " + instance.data(), () -> {
                for (var name : instance.gateways()) Disk.deleteAll(instance.gatewayFolder(name));
                Disk.deleteAll(instance.cloudFolder());
                Disk.deleteAll(instance.demoFolder());
                Disk.deleteAll(instance.cniFolder());
                Disk.deleteAll(instance.kubelets());
                try (var rest = Files.newDirectoryStream(instance.data())) {
                    if (!rest.iterator().hasNext()) Files.delete(instance.data());
                }
                return true;
            });
        }
        return 0;
    }
}
