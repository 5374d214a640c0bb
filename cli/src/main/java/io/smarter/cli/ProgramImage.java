package io.smarter.cli;

import io.smarter.registry.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An image of one of our modules, built on this machine from its JDK alone. The program trains itself when it is started with
 * {@code train}.
 *
 * @param module whose jar it is made of, and those that this requires
 * @param flags for the JVM
 */
record ProgramImage(String name, String module, String mainClass, List<String> flags) {
    /** What programs in images need of the JDK; one list for all, so that a gateway has one such layer. */
    static final List<String> MODULES = List.of("java.base", "java.logging", "jdk.unsupported");

    /** For programs that run all day on a gateway and call its kernel. */
    static final List<String> LEAN = List.of(
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
            "-Xss256k",
            "--enable-native-access=ALL-UNNAMED");

    ProgramImage {
        flags = List.copyOf(flags);
    }

    /** The program's class path. */
    List<Path> jars(Distribution distribution) {
        return ModuleJars.of(distribution.folder().resolve("lib"), List.of(module));
    }

    /** @param natives native programs that it runs, by where they go */
    void build(Distribution distribution, Path jdk, Path archive, Map<String, Path> natives)
            throws IOException, InterruptedException {
        Files.createDirectories(archive.getParent());
        var program =
                new RuntimeImage.Program(MODULES, jars(distribution), mainClass, flags, List.of("train"), natives);
        RuntimeImage.build(jdk, program, name, archive);
    }
}
