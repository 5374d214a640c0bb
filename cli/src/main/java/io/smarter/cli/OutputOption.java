package io.smarter.cli;

import picocli.CommandLine.Option;

/** The option that says in which form a command tells its answer. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "'json' for programs.")
    private String format = "";

    /** @throws CliException if it is another form */
    boolean isJson() {
        if (!format.isEmpty() && !format.equals("json"))
            throw new CliException("-o must be json, was '%s'".formatted(format));
        return !format.isEmpty();
    }
}
