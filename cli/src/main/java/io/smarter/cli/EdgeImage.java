package io.smarter.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The image of {@code smarter edge}: the program, nft, and the CNI plugin that it installs. */
final class EdgeImage {
    private static final List<String> FLAGS = Stream.concat(
                    ProgramImage.LEAN.stream(),
                    Stream.of(
                            "-Xmx32m",
                            "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%6$s%n", // the runtime adds the time
                            "--sun-misc-unsafe-memory-access=allow"))
            .toList();

    /** By the name that the manifest in {@code edge/k8s} gives it. */
    private static final ProgramImage IMAGE =
            new ProgramImage("smarter.local/edge:0.1.0", "io.smarter.edge", "io.smarter.edge.EdgeMain", FLAGS);

    private EdgeImage() {}

    /** A command line that runs the program as in its image, but for the class archive, with this machine's runtime. */
    static List<String> java(Distribution distribution) {
        var command = new ArrayList<>(List.of(distribution.java().toString()));
        command.addAll(FLAGS);
        var path = IMAGE.jars(distribution).stream().map(Path::toString).collect(Collectors.joining(":"));
        command.addAll(List.of("-cp", path, IMAGE.mainClass()));
        return command;
    }

    static void build(Distribution distribution, Path jdk) throws IOException, InterruptedException {
        var natives = Map.of("usr/sbin/nft", Packages.NFT, "usr/libexec/smarter-cni", distribution.cniPlugin());
        IMAGE.build(distribution, jdk, distribution.edgeImage(), natives);
    }
}
