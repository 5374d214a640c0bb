package io.smarter.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Installs the Debian packages that a gateway on this machine needs. */
@Command(name = "packages", description = "Installs the missing Debian packages that a gateway needs.")
final class PackagesCommand implements Callable<Integer> {
    @Option(names = "--tests", description = "Also those that tests and measurements need.")
    private boolean tests;

    @Override
    public Integer call() throws Exception {
        install(Terminal.standard(), tests ? Packages.missingForTests() : Packages.missing());
        return 0;
    }

    static void install(Terminal terminal, List<String> missing) throws Exception {
        if (missing.isEmpty()) return;
        terminal.step("install Debian packages " + String.join(" ", missing), () -> {
            Packages.install(missing);
            return true;
        });
    }
}
