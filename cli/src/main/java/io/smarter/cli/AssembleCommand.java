package io.smarter.cli;

import io.smarter.registry.Jlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the distribution from the jars in its {@code lib} folder; {@code ./smarter build} calls it. */
@Command(name = "assemble", hidden = true, description = "Makes runtime, caches and images of the distribution.")
final class AssembleCommand implements Callable<Integer> {
    /** What our programs and their libraries need of the JDK. */
    private static final List<String> MODULES = List.of(
            "java.base", "java.logging", "java.sql", "java.naming", "java.net.http", "jdk.unsupported", "jdk.net");

    /** Where native libraries are, in the distribution. */
    private static final String NATIVE = "native";

    private static final long PATIENCE_SECONDS = 60;

    @Option(names = "--jdk", required = true, description = "The JDK to take the runtime from.")
    private Path jdk = Path.of("");

    @Override
    public Integer call() throws Exception {
        var distribution = Distribution.current();
        var terminal = Terminal.standard();
        if (Packages.isRoot()) PackagesCommand.install(terminal, Packages.missingForBuild());
        terminal.step("trim the runtime", () -> {
            runtime(distribution);
            return true;
        });
        terminal.step("build the images of edge, demo and serial", () -> {
            CniPlugin.build(distribution);
            EdgeImage.build(distribution, jdk);
            DemoImage.build(distribution, jdk);
            SerialImage.build(distribution, jdk);
            return true;
        });
        terminal.step("record the class caches", () -> {
            Files.createDirectories(distribution.folder().resolve("aot"));
            unpackTls(distribution);
            for (var program : List.of("cli", "cloud", "gateway")) writeArguments(distribution, program);
            new AgentProgram(distribution.folder()).write();
            new ClassCaches(distribution).make(terminal);
            new AgentProgram(distribution.folder()).stamp();
            return true;
        });
        return 0;
    }

    private void runtime(Distribution distribution) throws IOException, InterruptedException {
        var output = distribution.folder().resolve("runtime");
        run(distribution, "jlink", Jlink.command(jdk, MODULES, "zip-6", output));
        trustNobody(output.resolve("lib/security/cacerts"));
    }

    /**
     * Empties the runtime's list of public certificate authorities. Nobody here is trusted for being known to one of
     * them, and a program that checks a certificate would read the whole list into its memory.
     */
    private static void trustNobody(Path cacerts) throws IOException {
        try (var out = Files.newOutputStream(cacerts)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.store(out, new char[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException(cacerts + " not written", e);
        }
    }

    /** BoringSSL beside the jars: Netty would unpack it into the temporary folder at each start of the cloud. */
    private static void unpackTls(Distribution distribution) throws IOException {
        var folder = Files.createDirectories(distribution.folder().resolve(NATIVE));
        for (var path : distribution.jars()) {
            if (!path.getFileName().toString().startsWith("netty-tcnative-boringssl")) continue;
            try (var jar = new JarFile(path.toFile())) {
                for (var entry : jar.stream()
                        .filter(entry -> entry.getName().endsWith(".so"))
                        .toList()) {
                    var name = Path.of(entry.getName()).getFileName();
                    Files.copy(jar.getInputStream(entry), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void writeArguments(Distribution distribution, String program) throws IOException {
        var classPath = String.join(
                ":", distribution.jars().stream().map(Path::toString).toList());
        var options = switch (program) {
            case "cloud" ->
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:CompileThresholdScaling=0.25", // C1 compiles in the time of some calls of what it compiles
                        "-Dio.netty.leakDetection.level=disabled",
                        "-Djava.library.path=" + distribution.folder().resolve(NATIVE),
                        "-XX:MinHeapFreeRatio=10",
                        "-XX:MaxHeapFreeRatio=25",
                        "-Xms24m",
                        "-Xmn16m",
                        "-Xmx520m",
                        "-Xss512k");
            case "gateway" ->
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:StringTableSize=2048",
                        "-XX:SymbolTableSize=4096",
                        "-XX:CompileThresholdScaling=24",
                        "-XX:C1MaxInlineSize=12",
                        "-XX:C1MaxInlineLevel=4",
                        "-XX:-AOTRecordTraining",
                        "-XX:-AOTReplayTraining",
                        "-XX:MinHeapFreeRatio=5",
                        "-XX:MaxHeapFreeRatio=15",
                        "-Xms4m",
                        "-Xmn1m",
                        "-Xmx48m",
                        "-Xss256k");
            default -> List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");
        };
        var path = program.equals("gateway") ? "" : "-cp\n\"" + classPath + "\"\n"; // an agent is not always here
        Files.writeString(distribution.arguments(program), """
                -XX:+UnlockDiagnosticVMOptions
                %s
                -XX:-UsePerfData
                -XX:ArchiveRelocationMode=0
                -XX:TrimNativeHeapInterval=10000
                --enable-native-access=ALL-UNNAMED
                --sun-misc-unsafe-memory-access=allow
                %s""".formatted(String.join("\n", options), path));
    }

    static void run(Distribution distribution, String name, List<String> command)
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
