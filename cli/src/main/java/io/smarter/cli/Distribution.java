package io.smarter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The built programs: {@code runtime/} (a trimmed JDK), {@code lib/} (jars), {@code aot/} (caches of loaded classes),
 * {@code images/} and one file of JVM options per program.
 */
record Distribution(Path folder, boolean recording) {
    /** The distribution that this process was started from. */
    static Distribution current() {
        var folder = System.getProperty("smarter.dist");
        if (folder == null) throw new CliException("smarter.dist is not set; start through ./smarter");
        return new Distribution(Path.of(folder), false);
    }

    /** The same, with programs that make their caches from what they load instead of using them (JEP 483, 514). */
    Distribution withRecording() {
        return new Distribution(folder, true);
    }

    Path java() {
        return folder.resolve("runtime/bin/java");
    }

    Path demoImage() {
        return folder.resolve("images/demo.tar");
    }

    Path arguments(String program) {
        return folder.resolve(program + ".args");
    }

    Path cache(String program) {
        return folder.resolve("aot").resolve(program + ".aot");
    }

    /** The command line that runs one of our programs. */
    List<String> command(String program, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                java().toString(),
                (recording ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=") + cache(program),
                "@" + arguments(program),
                "-Dsmarter.dist=" + folder,
                "-Dsmarter.home=" + System.getProperty("smarter.home", "."),
                "io.smarter.cli.Main",
                program));
        command.addAll(arguments);
        return command;
    }

    /** All jars in a fixed order, as the caches demand. */
    List<Path> jars() throws IOException {
        var jars = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(folder.resolve("lib"), "*.jar")) {
            files.forEach(jars::add);
        }
        jars.sort(null);
        return jars;
    }
}
