package io.smarter.gateway;

import io.smarter.gateway.GatewaySettings.HostPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What there is to know about this machine. */
record NodeFacts(HostPaths host) {
    private static final int LONGEST_LABEL = 63;

    /** An address of TEST-NET-2 (RFC 5737), which is nobody's neighbour. */
    private static final String FAR_AWAY = "198.51.100.1";

    /** The architecture as Kubernetes names it. */
    String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "arm" -> "arm";
            case String other -> other;
        };
    }

    String hostname() {
        var name = line(host.proc().resolve("sys/kernel/hostname"));
        return name.isEmpty() ? "localhost" : name;
    }

    String kernel() {
        return line(host.proc().resolve("sys/kernel/osrelease"));
    }

    String bootId() {
        return line(host.proc().resolve("sys/kernel/random/boot_id"));
    }

    String machineId() {
        return line(host.etc().resolve("machine-id"));
    }

    String systemUuid() {
        var uuid = line(host.sys().resolve("class/dmi/id/product_uuid"));
        return uuid.isEmpty() ? machineId() : uuid;
    }

    /** The operating system's name for people. */
    String osImage() {
        for (var line : text(host.etc().resolve("os-release")).split("\n", -1)) {
            if (line.startsWith("PRETTY_NAME=")) return line.substring(12).replace("\"", "");
        }
        return "Linux";
    }

    /** The machine's model as a label's value. */
    String model() {
        var model = line(host.proc().resolve("device-tree/model"));
        if (model.isEmpty()) model = line(host.sys().resolve("class/dmi/id/product_name"));
        return label(model);
    }

    /** The kind of machine as a label's value. */
    String type() {
        var model = model().toLowerCase(Locale.ROOT);
        if (model.startsWith("raspberry")) return "raspberrypi";
        if (model.contains("jetson")) return "jetson";
        var vendor = label(line(host.sys().resolve("class/dmi/id/sys_vendor")));
        return vendor.equals("unknown") ? vendor : vendor.toLowerCase(Locale.ROOT);
    }

    int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** All memory, in bytes. */
    long memory() {
        for (var line : text(host.proc().resolve("meminfo")).split("\n", -1)) {
            if (line.startsWith("MemTotal:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
        return 0;
    }

    /**
     * The address by which the node is reached: from where its route to a peer leaves it, or that to anywhere far away
     * when the peer is on this machine.
     */
    String address(String peer) {
        return Stream.of(peer, FAR_AWAY)
                .map(NodeFacts::sourceTowards)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(NodeFacts::anyAddress);
    }

    /** The kernel's choice of route, which is asked without sending anything. */
    private static Optional<String> sourceTowards(String peer) {
        try (var socket = new DatagramSocket()) {
            socket.connect(InetAddress.getByName(peer), 9);
            var local = socket.getLocalAddress();
            return local.isAnyLocalAddress() || local.isLoopbackAddress()
                    ? Optional.empty()
                    : Optional.of(local.getHostAddress());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // no route there
        }
    }

    private static String anyAddress() {
        try {
            for (var link : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (link.isLoopback() || !link.isUp() || link.getName().startsWith("smartnet")) continue;
                for (var address : Collections.list(link.getInetAddresses())) {
                    if (address instanceof Inet4Address && !address.isLinkLocalAddress())
                        return address.getHostAddress();
                }
            }
        } catch (SocketException e) {
            return "127.0.0.1";
        }
        return "127.0.0.1";
    }

    /** Text as a label's value: other characters become a hyphen; nothing becomes {@code unknown}. */
    static String label(String text) {
        var value = text.strip().replaceAll("[^A-Za-z0-9._-]+", "-");
        if (value.length() > LONGEST_LABEL) value = value.substring(0, LONGEST_LABEL);
        value = value.replaceAll("^[._-]+|[._-]+$", "");
        return value.isEmpty() ? "unknown" : value;
    }

    private static String line(Path file) {
        return text(file).replace("\0", "").strip();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
