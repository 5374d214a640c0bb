package io.smarter.registry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The JDK's jlink, which makes runtimes of the modules that are needed, without what only developers need. */
public final class Jlink {
    private Jlink() {}

    /**
     * The command that makes a runtime.
     *
     * @param compression {@code zip-0} to {@code zip-9}
     * @param output a folder that does not exist
     */
    public static List<String> command(Path jdk, List<String> modules, String compression, Path output) {
        return List.of(
                jdk.resolve("bin/jlink").toString(),
                "--add-modules",
                String.join(",", modules),
                strips() ? "--strip-debug" : "--strip-java-debug-attributes",
                "--exclude-files=**.debuginfo", // Debian's JDK has them beside its libraries
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                compression,
                "--output",
                output.toString());
    }

    /** Whether there is objcopy (binutils), with which it takes debug symbols out of native code. */
    public static boolean strips() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "objcopy")));
    }
}
