package io.smarter.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The gateway's agent as a program of its own, which needs no more than the agent's own jars. */
final class AgentMain {
    private static final List<String> QUESTIONS = List.of("-h", "--help", "-V", "--version");

    /** The options that {@link Main} gives to all of its commands. */
    @Command(mixinStandardHelpOptions = true, version = Main.VERSION)
    private static final class HelpOptions {}

    private AgentMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length > 0 && args[0].equals("train")) {
            var train = new CommandLine(new TrainCommand());
            System.exit(Main.execute(train, Arrays.copyOfRange(args, 1, args.length)));
        }
        if (asks(args)) System.exit(Main.execute(help(), args));
        System.exit(GatewayCommand.run(List.of(args)));
    }

    /** Whether a command line asks what the agent is, and does not start one. */
    static boolean asks(String... args) {
        return Arrays.stream(args).anyMatch(QUESTIONS::contains);
    }

    private static CommandLine help() {
        var line = new CommandLine(new GatewayCommand())
                .addMixin("help", new HelpOptions())
                .setCommandName("smarter gateway");
        ProgramUsage.add(line, GatewayOptions.ALL);
        return line;
    }
}
