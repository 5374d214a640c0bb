package io.smarter.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code smarter} command: parses the command line and runs one command. Only this class ends the process. */
@Command(
        name = "smarter",
        description = "Cloud-native development, deployment, monitoring and debugging for edge gateways.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        version = Main.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            NetCommand.class,
            DevicesCommand.class,
            WhyCommand.class,
            DrainCommand.class,
            DemoCommand.class,
            KubeconfigCommand.class,
            TokenCommand.class,
            ImageCommand.class,
            CloudCommand.class,
            GatewayCommand.class,
            AgentCommand.class,
            BenchCommand.class,
            PackagesCommand.class,
            AssembleCommand.class,
            TrainCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        })
final class Main {
    static final String VERSION = "smarter " + Distribution.VERSION;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        boolean agent = args.length > 0 && args[0].equals(GatewayCommand.NAME) && !AgentMain.asks(args);
        if (agent) AgentMain.main(Arrays.copyOfRange(args, 1, args.length));
        else System.exit(execute(commandLine(), args));
    }

    /** Runs a command; what goes wrong is told in a line. */
    static int execute(CommandLine command, String... args) {
        command.setExecutionExceptionHandler((failure, _, _) -> complain(failure));
        return command.execute(args);
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        var gateway = Objects.requireNonNull(line.getSubcommands().get(GatewayCommand.NAME));
        ProgramUsage.add(gateway, GatewayOptions.ALL);
        return line;
    }

    /** Tells what went wrong; gives the exit status. */
    static int complain(Throwable failure) {
        System.err.println("smarter: " + message(failure));
        if (System.getenv("SMARTER_DEBUG") != null) failure.printStackTrace();
        return 1;
    }

    /** What went wrong in one line, causes included that add something. */
    static String message(Throwable failure) {
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause)
            return message(cause);
        var text = failure.getMessage();
        if (text == null) text = failure.getClass().getSimpleName();
        var cause = failure.getCause();
        return cause == null || cause.getMessage() == null || text.contains(cause.getMessage())
                ? text
                : text + ": " + cause.getMessage();
    }
}
