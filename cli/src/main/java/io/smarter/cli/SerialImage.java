package io.smarter.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The image of the application that shares a serial port. */
final class SerialImage {
    private static final List<String> FLAGS =
            Stream.concat(ProgramImage.LEAN.stream(), Stream.of("-Xmx16m")).toList();

    /** By the name that the manifest in {@code serial/k8s} gives it. */
    private static final ProgramImage IMAGE =
            new ProgramImage("smarter.local/serial:0.1.0", "io.smarter.serial", "io.smarter.serial.SerialMain", FLAGS);

    private SerialImage() {}

    static void build(Distribution distribution, Path jdk) throws IOException, InterruptedException {
        IMAGE.build(distribution, jdk, distribution.serialImage(), Map.of());
    }
}
