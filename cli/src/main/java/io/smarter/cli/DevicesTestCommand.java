package io.smarter.cli;

import io.smarter.devices.Findings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries rules of devices, with nobody to offer them to. */
@Command(
        name = "test",
        description = "Shows what a file of rules would offer, by what is below /dev here or was recorded.",
        footer = {"", "Ends with status 1 when there are mistakes in the rules."})
final class DevicesTestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RULES", description = "The file of rules.")
    private Path rules = Path.of("");

    @Option(
            names = "--dev",
            paramLabel = "DIR",
            defaultValue = "/dev",
            description = "Where devices are looked for (default: ${DEFAULT-VALUE}).")
    private Path dev = Path.of("");

    @Option(
            names = "--sys",
            paramLabel = "DIR",
            defaultValue = "/sys",
            description = "What the kernel tells of them (default: ${DEFAULT-VALUE}).")
    private Path sys = Path.of("");

    @Option(
            names = "--recorded",
            paramLabel = "FILE",
            description = "In place of both, what 'smarter devices record' wrote.")
    private @Nullable Path recorded;

    @Option(names = "--all", description = "Also shows what no rule matches.")
    private boolean all;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() throws Exception {
        boolean json = output.isJson();
        var status = findings().under(rules);
        System.out.print(json ? status.json().pretty() : DevicesTable.trial(status, all));
        return status.problems().isEmpty() ? 0 : 1;
    }

    private Findings findings() throws Exception {
        if (recorded != null) return Findings.read(recorded);
        for (var folder : new Path[] {dev, sys})
            if (!Files.isDirectory(folder)) throw new CliException("%s: must be a folder".formatted(folder));
        boolean own = dev.equals(Path.of("/dev"));
        return Findings.scan(dev, sys, own ? DevicesRecordCommand.UDEV : sys.resolveSibling("run/udev/data"));
    }
}
