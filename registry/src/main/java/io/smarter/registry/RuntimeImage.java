package io.smarter.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the image of a Java program from nothing but this machine's JDK and C library: no base image, no registry. Its
 * layers, bottom first: the C library, a Java runtime of the modules that the program needs, the native programs that it
 * runs if there are some, the program with its class data archive. Programs that need the same modules share the first two. So an update of the program alone makes gateways pull the last one only. The same inputs give the same
 * bytes, for which the program's training must load the same classes every time.
 */
public final class RuntimeImage {
    private static final String JAVA = "opt/java";
    private static final String APP = "app";
    /** What is given to the JVM, in a file as java(1) has it ("java Command-Line Argument Files"). */
    private static final String ARGUMENTS = APP + "/arguments";

    /**
     * What runs the program of a container once more, beside the one that runs there; followed by the program's own arguments.
     */
    public static final List<String> COMMAND = List.of("/" + JAVA + "/bin/java", "@/" + ARGUMENTS);

    /**
     * What the linker adds though no program needs it at run time. Nobody is trusted for being known to a public authority, and
     * whoever checks a certificate would read the whole list of these into memory.
     */
    private static final List<String> TOOLS =
            List.of("bin/keytool", "lib/jexec", "lib/jrt-fs.jar", "lib/classlist", "lib/security/cacerts");

    private static final long STEP_SECONDS = 120;

    private static final String PASSWD =
            "root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n";
    private static final String GROUP = "root:x:0:\nnogroup:x:65534:\n";

    /**
     * What runs.
     *
     * @param modules the JDK's modules that it needs, {@code java.base} among them
     * @param jars its class path
     * @param flags for the JVM, of which the garbage collector must be named, as class data archives depend on it
     * @param training arguments with which it loads the classes that it will need, and then ends with status 0
     * @param natives native programs of this machine that it runs, by where they go, {@code usr/sbin/nft}; the libraries that
     *     they need are found
     */
    public record Program(
            List<String> modules,
            List<Path> jars,
            String mainClass,
            List<String> flags,
            List<String> training,
            Map<String, Path> natives) {
        public Program {
            modules = List.copyOf(modules);
            jars = List.copyOf(jars);
            flags = List.copyOf(flags);
            training = List.copyOf(training);
            natives = new TreeMap<>(natives);
        }
    }

    private final Path stage;
    private final Program program;

    private RuntimeImage(Path stage, Program program) {
        this.stage = stage;
        this.program = program;
    }

    /**
     * Builds the image, which takes about ten seconds. When the archive is there and was built from the same inputs
     * (a file next to it says so) nothing is done.
     *
     * @param javaHome a JDK with {@code jlink}
     * @param reference the image's full name, such as {@code smarter.local/demo:1}
     * @throws IOException if a step fails; the message has the end of what its tool said
     */
    public static void build(Path javaHome, Program program, String reference, Path archive)
            throws IOException, InterruptedException {
        var inputs = inputs(javaHome, program, reference);
        var stamp = archive.resolveSibling(archive.getFileName() + ".inputs");
        if (Files.exists(archive)
                && Files.exists(stamp)
                && Files.readString(stamp).equals(inputs)) return;
        Files.deleteIfExists(stamp);
        var stage = Files.createTempDirectory(archive.toAbsolutePath().getParent(), ".runtime");
        try {
            new RuntimeImage(stage, program).build(javaHome, reference, archive);
        } finally {
            remove(stage);
        }
        Files.writeString(stamp, inputs);
    }

    private void build(Path javaHome, String reference, Path archive) throws IOException, InterruptedException {
        link(javaHome);
        Files.createDirectory(stage.resolve(APP));
        for (var jar : program.jars()) Files.copy(jar, stage.resolve(APP).resolve(jar.getFileName()));
        settle();
        archiveClasses();
        Files.writeString(stage.resolve(ARGUMENTS), arguments(command("/")));
        for (var tool : TOOLS) Files.deleteIfExists(stage.resolve(JAVA).resolve(tool));
        var libraries = new Layer()
                .folder("tmp", 01777)
                .file("etc/passwd", 0644, PASSWD.getBytes(UTF_8))
                .file("etc/group", 0644, GROUP.getBytes(UTF_8))
                .file("etc/nsswitch.conf", 0644, "hosts: files dns\n".getBytes(UTF_8));
        var base = SharedLibraries.neededBy(stage.resolve(JAVA));
        base.forEach((path, file) -> libraries.file(path, 0755, file));
        var runtime = new Layer().tree(JAVA, stage.resolve(JAVA));
        var app = new Layer().tree(APP, stage.resolve(APP));
        var layers = new ArrayList<>(List.of(libraries, runtime));
        if (!program.natives().isEmpty()) layers.add(natives(base.keySet()));
        layers.add(app);
        OciArchive.write(archive, reference, ImageConfig.running(command("/")), layers);
    }

    /** The native programs, and what they need that is not there already. */
    private Layer natives(Set<String> there) throws IOException {
        var layer = new Layer();
        program.natives().forEach((path, file) -> layer.file(path, 0755, file));
        SharedLibraries.neededBy(List.copyOf(program.natives().values())).forEach((path, file) -> {
            if (!there.contains(path)) layer.file(path, 0755, file);
        });
        return layer;
    }

    private void link(Path javaHome) throws IOException, InterruptedException {
        // Layers travel compressed anyway, and so the runtime needs no memory to unpack itself.
        run(Jlink.command(javaHome, program.modules(), "zip-0", stage.resolve(JAVA)));
    }

    /** A class data archive is refused when runtime or jars have another time than when it was made. */
    private void settle() throws IOException {
        try (var all = Files.walk(stage)) {
            for (var file : (Iterable<Path>) all::iterator) Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        }
    }

    /** Paths are relative, so that where this happens leaves no trace in the archive. */
    private void archiveClasses() throws IOException, InterruptedException {
        var list = stage.resolve("classes");
        var archive = APP + "/app.jsa";
        run(java(List.of("-XX:DumpLoadedClassList=classes"), program.training()));
        Files.write(list, settled(Files.readAllLines(list)));
        run(java(
                List.of("-Xshare:dump", "-XX:SharedClassListFile=classes", "-XX:SharedArchiveFile=" + archive),
                List.of()));
        Files.setLastModifiedTime(stage.resolve(archive), FileTime.fromMillis(0));
    }

    /**
     * A class list without what differs from run to run, as threads load classes in any order: the order itself, running
     * numbers, and hints about what was resolved. What begins with @ refers to classes that stand above it.
     */
    private static List<String> settled(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("#") && !line.startsWith("@cp "))
                .map(line -> line.startsWith("@") ? line : line.replaceFirst(" id: \\d+$", ""))
                .distinct()
                .sorted(Comparator.<String, Boolean>comparing(line -> line.startsWith("@"))
                        .thenComparing(line -> line))
                .toList();
    }

    private List<String> java(List<String> flags, List<String> arguments) {
        var java =
                new ArrayList<>(List.of(stage.resolve(JAVA).resolve("bin/java").toString()));
        java.addAll(program.flags());
        java.addAll(flags);
        java.addAll(List.of("-cp", classPath(""), program.mainClass()));
        java.addAll(arguments);
        return java;
    }

    private String[] command(String root) {
        var command = new ArrayList<>(List.of(root + JAVA + "/bin/java"));
        command.addAll(program.flags());
        command.add("-XX:SharedArchiveFile=" + root + APP + "/app.jsa");
        command.addAll(List.of("-cp", classPath(root), program.mainClass()));
        return command.toArray(String[]::new);
    }

    /** One a line, in quotes, in which a backslash and quotes need a backslash before them. */
    static String arguments(String[] command) {
        return Arrays.stream(command)
                .skip(1)
                .map(argument -> '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n")
                .collect(Collectors.joining());
    }

    private String classPath(String root) {
        return String.join(
                ":",
                program.jars().stream()
                        .map(jar -> root + APP + "/" + jar.getFileName())
                        .toList());
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        var output = stage.resolve("output");
        var process = new ProcessBuilder(command)
                .directory(stage.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(STEP_SECONDS, TimeUnit.SECONDS);
        if (!ended) process.destroyForcibly();
        if (ended && process.exitValue() == 0) return;
        var said = Files.readString(output);
        throw new IOException("%s: %s: %s"
                .formatted(
                        String.join(" ", command),
                        ended ? "ended with status " + process.exitValue() : "still ran after " + STEP_SECONDS + " s",
                        said.substring(Math.max(0, said.length() - 2000)).strip()));
    }

    /** A digest of all that the image is made of. */
    private static String inputs(Path javaHome, Program program, String reference) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(javaHome.resolve("release")));
            for (var jar : program.jars()) digest.update(Files.readAllBytes(jar));
            for (var file : program.natives().values()) digest.update(Files.readAllBytes(file));
            digest.update((program + reference).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
