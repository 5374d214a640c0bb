package io.smarter.cli;

import io.smarter.registry.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The image of {@code smarter edge}: the program, nft, and the CNI plugin that it installs. */
final class EdgeImage {
    /** Its name, as the manifest in {@code edge/k8s} gives it. */
    static final String NAME = "smarter.local/edge:0.1.0";

    /** What programs in images need of the JDK; one list for all, so that a gateway has one such layer. */
    static final List<String> MODULES = List.of("java.base", "java.logging", "jdk.unsupported");

    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0", // the archive's pages stay those of the file
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:StringTableSize=2048",
            "-XX:SymbolTableSize=4096",
            "-XX:CompileThresholdScaling=24",
            "-XX:C1MaxInlineSize=12",
            "-XX:C1MaxInlineLevel=4",
            "-XX:TrimNativeHeapInterval=10000",
            "-XX:MinHeapFreeRatio=5",
            "-XX:MaxHeapFreeRatio=15",
            "-Xms4m",
            "-Xmn1m",
            "-Xmx32m",
            "-Xss256k",
            "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%6$s%n", // the runtime adds the time
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private EdgeImage() {}

    /** A command line that runs the program as in its image, but for the class archive, with this machine's runtime. */
    static List<String> java(Distribution distribution) throws IOException {
        var jars = ModuleJars.of(distribution.folder().resolve("lib"), List.of("io.smarter.edge"));
        var command = new ArrayList<>(List.of(distribution.java().toString()));
        command.addAll(FLAGS);
        var path = jars.stream().map(Path::toString).collect(Collectors.joining(":"));
        command.addAll(List.of("-cp", path, "io.smarter.edge.EdgeMain"));
        return command;
    }

    static void build(Distribution distribution, Path jdk) throws IOException, InterruptedException {
        var archive = distribution.edgeImage();
        Files.createDirectories(archive.getParent());
        var jars = ModuleJars.of(distribution.folder().resolve("lib"), List.of("io.smarter.edge"));
        var natives = Map.of("usr/sbin/nft", Packages.NFT, "usr/libexec/smarter-cni", distribution.cniPlugin());
        var program =
                new RuntimeImage.Program(MODULES, jars, "io.smarter.edge.EdgeMain", FLAGS, List.of("train"), natives);
        RuntimeImage.build(jdk, program, NAME, archive);
    }
}
