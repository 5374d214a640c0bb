package io.smarter.cli;

import io.smarter.registry.Jlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Debian packages that a gateway needs, and their installation. */
final class Packages {
    /** A file of each package, by which its presence is known, however it was installed. */
    private static final Map<String, List<String>> FILES = files();

    /** Debian's nft, which goes into an image with the libraries that it needs. */
    static final Path NFT = Path.of("/usr/sbin/nft");

    /** gcc for programs without the machine's C library. */
    static final Path MUSL_GCC = Path.of("/usr/bin/musl-gcc");

    private Packages() {}

    private static Map<String, List<String>> files() {
        var files = new LinkedHashMap<String, List<String>>();
        files.put("containerd", List.of("/usr/bin/containerd", "/usr/local/bin/containerd"));
        files.put("runc", List.of("/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc"));
        return files;
    }

    /** The packages that are missing on this machine. */
    static List<String> missing() {
        var missing = new ArrayList<String>();
        FILES.forEach((name, files) -> {
            if (files.stream().noneMatch(file -> Files.isExecutable(Path.of(file)))) missing.add(name);
        });
        return missing;
    }

    /**
     * What making a distribution needs besides: nft for an image, a compiler and musl for what is run for each pod; with binutils
     * the runtime loses its native debug symbols.
     */
    static List<String> missingForBuild() {
        var missing = missing();
        if (!Files.isExecutable(NFT)) missing.add("nftables");
        if (!Files.isExecutable(MUSL_GCC)) missing.add("musl-tools");
        if (!Files.isExecutable(Path.of("/usr/bin/gcc"))) missing.add("gcc");
        if (!Jlink.strips()) missing.add("binutils");
        return missing;
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /**
     * What measurements and tests need besides: the stock network and name server to compare with, a registry to pull from, a
     * static program for images, and other people's clients of serial ports.
     */
    static List<String> missingForTests() {
        var missing = missing();
        if (!Files.isExecutable(Path.of("/usr/bin/ip"))) missing.add("iproute2");
        if (!Files.isExecutable(Path.of("/usr/lib/cni/bridge"))) missing.add("containernetworking-plugins");
        if (!Files.isExecutable(Path.of("/usr/bin/docker-registry"))) missing.add("docker-registry");
        if (!Files.isDirectory(Path.of("/usr/share/doc/busybox-static"))) missing.add("busybox-static");
        if (!Files.isExecutable(Path.of("/usr/sbin/dnsmasq"))) missing.add("dnsmasq-base");
        if (!Files.isExecutable(Path.of("/usr/bin/nc.openbsd"))) missing.add("netcat-openbsd");
        if (!Files.isExecutable(Path.of("/usr/bin/musl-gcc"))) missing.add("musl-tools");
        if (!Files.isDirectory(Path.of("/usr/share/doc/python3-serial"))) missing.add("python3-serial");
        if (!Files.isExecutable(Path.of("/usr/bin/socat"))) missing.add("socat");
        return missing;
    }

    /** Installs packages without asking. */
    static void install(List<String> names) throws IOException, InterruptedException {
        if (!isRoot())
            throw new CliException("missing packages %s; install them with: apt-get install %s"
                    .formatted(names, String.join(" ", names)));
        apt(List.of("apt-get", "update", "-qq"));
        var command = new ArrayList<>(List.of("apt-get", "install", "-y", "-qq", "--no-install-recommends"));
        command.addAll(names);
        apt(command);
    }

    private static void apt(List<String> command) throws IOException, InterruptedException {
        var log = Files.createTempFile("smarter-apt", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        int status = builder.start().waitFor();
        if (status != 0)
            throw new CliException("%s ended with status %d: see %s".formatted(String.join(" ", command), status, log));
        Files.delete(log);
    }
}
