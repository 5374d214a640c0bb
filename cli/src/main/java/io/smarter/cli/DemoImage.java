package io.smarter.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image of the demo application. */
final class DemoImage {
    /** Its name, as the manifests in {@code demo/k8s} give it. */
    static final String NAME = "smarter.local/demo:0.1.0";

    private static final ProgramImage IMAGE = new ProgramImage(
            NAME,
            "io.smarter.demo",
            "io.smarter.demo.Demo",
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx16m", "-Xss256k", "-XX:-UsePerfData"));

    private DemoImage() {}

    static void build(Distribution distribution, Path jdk) throws IOException, InterruptedException {
        IMAGE.build(distribution, jdk, distribution.demoImage(), Map.of());
    }
}
