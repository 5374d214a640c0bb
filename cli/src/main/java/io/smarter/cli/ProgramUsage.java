package io.smarter.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Shows options that {@link Given} reads to people: in the help and in the completion of shells. */
final class ProgramUsage {
    private ProgramUsage() {}

    /** Adds options to a command. */
    static void add(CommandLine command, List<ProgramOption> options) {
        for (var option : options) {
            var usual = option.usual() == null || option.usual().isEmpty()
                    ? ""
                    : " (default: %s)".formatted(option.usual());
            var shown = OptionSpec.builder(option.name())
                    .description(option.description().replace("%", "%%") + usual.replace("%", "%%") + ".")
                    .required(option.times() == ProgramOption.Times.ONCE)
                    .type(option.isSwitch() ? boolean.class : String.class)
                    .arity(option.isSwitch() ? "0" : "1");
            if (!option.isSwitch()) shown.paramLabel(option.label());
            command.getCommandSpec().addOption(shown.build());
        }
    }
}
