package io.smarter.cli;

import io.smarter.agent.SelfUpgrade;
import io.smarter.gateway.Gateway;
import io.smarter.gateway.GatewayProgram;
import io.smarter.gateway.GatewaySettings;
import io.smarter.gateway.ShutdownPhase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The node agent in the foreground, as it runs in production. Its command line is read by {@link Given}. */
@Command(name = GatewayCommand.NAME, description = "Runs a gateway's node agent in the foreground.")
final class GatewayCommand implements Callable<Integer> {
    static final String NAME = "gateway";

    /** For the runtime to kill, in each phase, what does not end by itself. */
    private static final Duration SLACK = Duration.ofSeconds(90);

    /** Tells {@code smarter-agent} to start the agent again. */
    private static final int RESTART = 75;

    private static final int WRONG_USAGE = 2;

    /** Runs an agent until it is told to stop; gives the exit status. */
    static int run(List<String> arguments) throws InterruptedException {
        try {
            return run(Given.parse(GatewayOptions.ALL, arguments));
        } catch (UsageException e) {
            System.err.printf("%s%nsmarter gateway --help tells its options.%n", e.getMessage());
            return WRONG_USAGE;
        } catch (IOException | RuntimeException e) {
            return Main.complain(e);
        }
    }

    private static int run(Given given) throws IOException, InterruptedException {
        var settings = shown(GatewayOptions.settings(given));
        boolean drain = given.isOn(GatewayOptions.DRAIN);
        try (var stop = Stop.onSignal(
                        drain ? ShutdownPhase.total(settings.shutdown()).plus(SLACK) : Duration.ZERO);
                var _ = Heap.tended(0.1, 512L << 10);
                var gateway = Gateway.start(settings, program(stop))) {
            System.out.printf("smarter gateway %s runs against %s%n", settings.name(), settings.server());
            stop.await();
            if (drain && stop.status() == 0) gateway.drain();
            return stop.status();
        }
    }

    /** With the version of this agent among the node's labels. */
    private static GatewaySettings shown(GatewaySettings settings) throws IOException {
        var program = AgentProgram.current();
        return program == null ? settings : settings.withLabel(SelfUpgrade.RUNNING, program.version());
    }

    private static @Nullable GatewayProgram program(Stop stop) {
        var program = AgentProgram.current();
        if (program == null) return null;
        var installed = System.getenv("SMARTER_AGENT_BASE");
        boolean restartable = System.getenv("SMARTER_AGENT") != null;
        return new GatewayProgram(
                program.folder(),
                installed == null ? program.folder() : Path.of(installed),
                restartable ? () -> stop.ask(RESTART) : null);
    }

    /** Only the help of {@code smarter} has this as a command of its own. */
    @Override
    public Integer call() {
        throw new CliException("the agent is started with smarter gateway --server=URL --name=N");
    }
}
