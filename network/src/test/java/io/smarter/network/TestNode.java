package io.smarter.network;

import java.nio.file.Path;
import java.util.List;

/** A program that gives a network namespace the network of a node, until its input ends or it is killed. */
final class TestNode {
    private TestNode() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var settings = settings(folder, arguments[1], arguments.length > 2 ? arguments[2] : "");
        Network.install(settings);
        try (var network = Network.open(settings, null)) {
            System.out.println("ready");
            while (System.in.read() >= 0) Thread.onSpinWait();
            if (Boolean.getBoolean("remove")) network.remove();
        }
    }

    static NetworkSettings settings(Path folder, String range, String range6) {
        return new NetworkSettings(
                range,
                null,
                range6.isEmpty() ? null : range6,
                "cluster.local",
                "169.254.0.2",
                "node-1",
                folder.resolve("state"),
                folder.resolve("run"),
                folder.resolve("net.d"),
                folder.resolve("bin"),
                List.of(),
                folder.resolve("resolv.conf"),
                folder.resolve("shim"));
    }
}
