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
    /** The version of all of it, to which what is built adds a digest. */
    static final String VERSION = "0.1.0";

    private static final String GATEWAY = "gateway";

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

    Path edgeImage() {
        return folder.resolve("images/edge.tar");
    }

    Path serialImage() {
        return folder.resolve("images/serial.tar");
    }

    /** The CNI plugin, a static program for this machine's processor. */
    Path cniPlugin() {
        return folder.resolve("edge/smarter-cni");
    }

    Path arguments(String program) {
        return folder.resolve(program + ".args");
    }

    Path cache(String program) {
        return folder.resolve("aot").resolve(program + ".aot");
    }

    /** The command line that runs one of our programs. */
    List<String> command(String program, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        if (program.equals(GATEWAY) && !recording) {
            command.add(home().resolve("smarter-agent").toString());
        } else {
            command.addAll(java(program));
            if (!program.equals(GATEWAY)) command.add(program);
        }
        command.addAll(arguments);
        return command;
    }

    /** The beginning of a command line that runs Java as one of our programs does. */
    List<String> java(String program) throws IOException {
        boolean agent = program.equals(GATEWAY);
        var command = new ArrayList<>(List.of(
                java().toString(),
                (recording ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=") + cache(program),
                "@" + arguments(program)));
        if (agent) command.addAll(List.of("-cp", new AgentProgram(folder).classPath()));
        command.addAll(List.of(
                "-Dsmarter.dist=" + folder,
                "-Dsmarter.home=" + home(),
                agent ? "io.smarter.cli.AgentMain" : "io.smarter.cli.Main"));
        return command;
    }

    private static Path home() {
        return Path.of(System.getProperty("smarter.home", "."));
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
