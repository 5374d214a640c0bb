package io.smarter.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which instance on this machine a command acts on. */
final class DataOption {
    /** Where the instance is that a machine has when it has one. */
    static final Path USUAL = Path.of("/var/lib/smarter");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:SMARTER_DATA:-/var/lib/smarter}",
            description = "Where the instance keeps its state (default: ${DEFAULT-VALUE}).")
    private Path data = USUAL;

    Instance instance() {
        return new Instance(data.toAbsolutePath().normalize());
    }
}
