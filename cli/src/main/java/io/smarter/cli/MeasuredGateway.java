package io.smarter.cli;

import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which gateway of which instance on this machine is measured. */
final class MeasuredGateway {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--gateway",
            paramLabel = "NAME",
            defaultValue = "gateway-1",
            description = "Which gateway (default: ${DEFAULT-VALUE}).")
    private String gateway = "gateway-1";

    Instance instance() {
        return data.instance();
    }

    String name() {
        return gateway;
    }

    /** The process id of its agent, which must run, as must the cloud. */
    long agent() throws IOException {
        var agent = instance().gateway(gateway).program();
        if (agent.isEmpty() || instance().cloud().process().isEmpty())
            throw new CliException("cloud and %s must run; start them with: ./smarter up".formatted(gateway));
        return agent.get().pid();
    }
}
