package io.smarter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The program that the runtime runs for each pod: C, without the machine's C library, so that it runs on every distribution. It is
 * made for the processor of this machine; {@code musl-gcc} is Debian's for that processor, whatever it is.
 */
final class CniPlugin {
    private static final Path SOURCE = Path.of("network/src/main/c/smarter-cni.c");

    private CniPlugin() {}

    static void build(Distribution distribution) throws IOException, InterruptedException {
        if (!Files.isExecutable(Packages.MUSL_GCC))
            throw new CliException(Packages.MUSL_GCC + " is missing; install it with: apt-get install musl-tools gcc");
        var plugin = distribution.cniPlugin();
        Files.createDirectories(plugin.getParent());
        var source = Path.of(System.getProperty("smarter.home", ".")).resolve(SOURCE);
        AssembleCommand.run(
                distribution,
                "musl-gcc",
                List.of(
                        Packages.MUSL_GCC.toString(),
                        "-Os",
                        "-static",
                        "-s",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        plugin.toString(),
                        source.toString()));
    }
}
