package io.smarter.cli;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.Publication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a distribution that is the gateway's agent: {@code run}, which starts it, {@code version}, {@code
 * gateway.args}, {@code gateway.jars} with the names of its jars in order, those in {@code lib/}, its class cache and the
 * runtime. A version of the agent on a gateway is a folder of just these.
 */
record AgentProgram(Path folder) {
    private static final String JARS = "gateway.jars";
    private static final String CACHE = "aot/gateway.aot";
    private static final String AUTHORITIES = "runtime/lib/security/cacerts";
    private static final List<String> ROOTS = List.of("io.smarter.gateway", "info.picocli", "org.jspecify");

    /** The one that this process was started from; null if it was not. */
    static @Nullable AgentProgram current() {
        var folder = System.getProperty("smarter.dist");
        if (folder == null || !Files.exists(Path.of(folder, "version"))) return null;
        return new AgentProgram(Path.of(folder));
    }

    String version() throws IOException {
        return AgentFolder.versionOf(folder);
    }

    /** Its jars, in the order that the class cache demands. */
    List<Path> jars() throws IOException {
        return Files.readAllLines(folder.resolve(JARS)).stream()
                .map(name -> folder.resolve("lib").resolve(name))
                .toList();
    }

    String classPath() throws IOException {
        return String.join(":", jars().stream().map(Path::toString).toList());
    }

    /** All its files, relative to its folder. */
    List<Path> files() throws IOException {
        var files = new TreeSet<>(List.of(Path.of("run"), Path.of("version"), Path.of("gateway.args"), Path.of(JARS)));
        if (Files.exists(folder.resolve(CACHE))) files.add(Path.of(CACHE));
        for (var jar : jars()) files.add(folder.relativize(jar));
        try (var runtime = Files.walk(folder.resolve("runtime"))) {
            runtime.filter(Files::isRegularFile).map(folder::relativize).forEach(files::add);
        }
        return List.copyOf(files);
    }

    /** Writes what is neither jar, runtime, options nor cache. */
    void write() throws IOException {
        Files.write(folder.resolve(JARS), moduleJars());
        try (var run = AgentProgram.class.getResourceAsStream("run.sh")) {
            if (run == null) throw new IllegalStateException("run.sh is missing in the jar of " + AgentProgram.class);
            Files.write(folder.resolve("run"), run.readAllBytes());
        }
        Files.setPosixFilePermissions(folder.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("version"), "");
        Files.writeString(folder.resolve("version"), "%s-%s\n".formatted(Distribution.VERSION, digest()));
        stamp();
    }

    /** Gives all files the time that the class cache will be held to. */
    void stamp() throws IOException {
        for (var file : files()) Files.setLastModifiedTime(folder.resolve(file), Publication.TIME);
    }

    /** What tells builds apart that are made of different things. */
    private String digest() throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : files()) {
                if (file.toString().equals(CACHE) || file.toString().equals(AUTHORITIES))
                    continue; // never twice the same
                digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
                digest.update(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve(file))));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this runtime has no SHA-256", e);
        }
    }

    private List<String> moduleJars() throws IOException {
        var names = new TreeSet<>(List.of(ownJar()));
        for (var jar : ModuleJars.of(folder.resolve("lib"), ROOTS)) names.add(String.valueOf(jar.getFileName()));
        return List.copyOf(names);
    }

    private String ownJar() throws IOException {
        try (var jars = Files.list(folder.resolve("lib"))) {
            return jars.map(jar -> String.valueOf(jar.getFileName()))
                    .filter(name -> name.startsWith("smarter-cli-"))
                    .findFirst()
                    .orElseThrow(() -> new CliException("no jar of smarter-cli in " + folder));
        }
    }
}
