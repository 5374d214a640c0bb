package io.smarter.cli;

import io.smarter.bench.CniBench;
import io.smarter.files.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it takes to attach a pod to the network. */
@Command(name = "cni", description = "Measures our CNI plugin beside the stock chain of plugins.")
final class CniBenchCommand implements Callable<Integer> {
    private static final Path STOCK = Path.of("/usr/lib/cni");

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many pods each attaches, in turns (default: ${DEFAULT-VALUE}).")
    private int runs = 50;

    @Override
    public Integer call() throws Exception {
        if (runs < 1) throw new CliException("--runs must be 1 or more, was %d".formatted(runs));
        PackagesCommand.install(Terminal.standard(), Packages.missingForTests());
        var folder = Files.createTempDirectory("smarter-bench");
        try {
            var edge = new ArrayList<>(EdgeImage.java(Distribution.current()));
            edge.add("--parts=network");
            var plugin = Distribution.current().folder().resolve("edge/smarter-cni");
            CniBench.run(new CniBench.Options(edge, plugin, STOCK, folder, runs), System.out);
        } finally {
            Disk.deleteAll(folder);
        }
        return 0;
    }
}
