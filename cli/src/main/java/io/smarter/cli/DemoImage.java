package io.smarter.cli;

import io.smarter.registry.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image of the demo application, built on this machine from its JDK alone. */
final class DemoImage {
    /** Its name, as the manifests in {@code demo/k8s} give it. */
    static final String NAME = "smarter.local/demo:0.1.0";

    private static final List<String> JARS = List.of("smarter-demo-", "smarter-json-");

    private DemoImage() {}

    static void build(Distribution distribution, Path jdk) throws IOException, InterruptedException {
        var archive = distribution.demoImage();
        Files.createDirectories(archive.getParent());
        var jars = distribution.jars().stream()
                .filter(jar -> JARS.stream().anyMatch(jar.getFileName().toString()::startsWith))
                .toList();
        var flags = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx16m", "-Xss256k", "-XX:-UsePerfData");
        var program = new RuntimeImage.Program(
                EdgeImage.MODULES, jars, "io.smarter.demo.Demo", flags, List.of("train"), Map.of());
        RuntimeImage.build(jdk, program, NAME, archive);
    }
}
