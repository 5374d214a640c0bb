package io.smarter.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the distribution from the jars in its {@code lib} folder; {@code ./smarter build} calls it. */
@Command(name = "assemble", hidden = true, description = "Makes runtime, caches and demo image of the distribution.")
final class AssembleCommand implements Callable<Integer> {
    /** What our programs and their libraries need of the JDK. */
    private static final String MODULES =
            "java.base,java.logging,java.sql,java.naming,java.net.http,jdk.unsupported,jdk.net";

    private static final long PATIENCE_SECONDS = 60;

    @Option(names = "--jdk", required = true, description = "The JDK to take the runtime from.")
    private Path jdk = Path.of("");

    @Override
    public Integer call() throws Exception {
        var distribution = Distribution.current();
        var terminal = Terminal.standard();
        terminal.step("trim the runtime", () -> {
            runtime(distribution);
            return true;
        });
        terminal.step("build the demo image", () -> {
            DemoImage.build(distribution, jdk);
            return true;
        });
        terminal.step("record the class caches", () -> {
            Files.createDirectories(distribution.folder().resolve("aot"));
            for (var program : List.of("cli", "cloud", "gateway")) writeArguments(distribution, program);
            train(distribution);
            return true;
        });
        return 0;
    }

    private void runtime(Distribution distribution) throws IOException, InterruptedException {
        run(
                distribution,
                "jlink",
                List.of(
                        jdk.resolve("bin/jlink").toString(),
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--compress",
                        "zip-6",
                        "--output",
                        distribution.folder().resolve("runtime").toString()));
    }

    private static void writeArguments(Distribution distribution, String program) throws IOException {
        var classPath = String.join(
                ":", distribution.jars().stream().map(Path::toString).toList());
        var options = switch (program) {
            case "cloud" ->
                List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Xms16m", "-Xmx512m", "-Xss512k");
            case "gateway" ->
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-Xms8m",
                        "-Xmn4m",
                        "-Xmx48m",
                        "-Xss256k");
            default -> List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");
        };
        Files.writeString(distribution.arguments(program), """
                %s
                -XX:-UsePerfData
                -XX:+UnlockDiagnosticVMOptions
                -XX:ArchiveRelocationMode=0
                --enable-native-access=ALL-UNNAMED
                --sun-misc-unsafe-memory-access=allow
                -cp
                "%s"
                """.formatted(String.join("\n", options), classPath));
    }

    /** Runs each program once while the virtual machine watches what it loads. */
    private static void train(Distribution distribution) throws Exception {
        record(distribution, "cloud", List.of());
        var folder = Files.createTempDirectory("smarter-train");
        var instance = new Instance(folder);
        try {
            instance.cloud()
                    .start(distribution.command(
                            "cloud",
                            List.of(
                                    "--data",
                                    instance.cloudFolder().toString(),
                                    "--listen",
                                    "127.0.0.1:" + freePort())));
            Launch.awaitCloud(instance);
            var kubeconfig = List.of("--kubeconfig", instance.kubeconfig().toString());
            record(distribution, "gateway", kubeconfig);
            record(distribution, "cli", kubeconfig);
        } finally {
            instance.cloud().stop();
            Trees.remove(folder);
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void record(Distribution distribution, String program, List<String> options) throws Exception {
        var command = distribution.command(program, List.of());
        command.set(command.size() - 1, "train");
        command.add(program);
        command.addAll(options);
        command.replaceAll(word -> word.replaceFirst("^-XX:AOTCache=", "-XX:AOTCacheOutput="));
        run(distribution, "train-" + program, command);
    }

    private static void run(Distribution distribution, String name, List<String> command)
            throws IOException, InterruptedException {
        var log = distribution.folder().resolve(name + ".log");
        var process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new CliException("%s still ran after %d s: see %s".formatted(name, PATIENCE_SECONDS, log));
        }
        if (process.exitValue() != 0)
            throw new CliException("%s ended with status %d: see %s".formatted(name, process.exitValue(), log));
    }
}
