package io.smarter.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The gateway's agent as a program of its own, which needs no more than the agent's own jars. */
final class AgentMain {
    /** The options that {@link Main} gives to all of its commands. */
    @Command(mixinStandardHelpOptions = true, version = Main.VERSION)
    private static final class HelpOptions {}

    private AgentMain() {}

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("train")) {
            var train = new CommandLine(new TrainCommand());
            System.exit(Main.execute(train, Arrays.copyOfRange(args, 1, args.length)));
        }
        var gateway = new CommandLine(new GatewayCommand())
                .addMixin("help", new HelpOptions())
                .setCommandName("smarter gateway");
        System.exit(Main.execute(gateway, args));
    }
}
