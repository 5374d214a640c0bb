package io.smarter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Installs the Debian packages that a gateway on this machine needs. */
@Command(name = "packages", description = "Installs the missing Debian packages that a gateway needs.")
final class PackagesCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        install(Terminal.standard());
        return 0;
    }

    static void install(Terminal terminal) throws Exception {
        var missing = Packages.missing();
        if (missing.isEmpty()) return;
        terminal.step("install Debian packages " + String.join(" ", missing), () -> {
            Packages.install(missing);
            return true;
        });
    }
}
