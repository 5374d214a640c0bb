package io.smarter.cli;

import io.smarter.json.Json;
import io.smarter.network.NetworkStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a gateway's network is like, asked on the gateway. */
@Command(name = "net", description = "Shows this gateway's uplinks and pods, and the bytes that go over each uplink.")
final class NetCommand implements Callable<Integer> {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/smarter/network",
            description = "Where smarter edge keeps the pods' addresses (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "'json' for programs.")
    private String output = "";

    @Override
    public Integer call() throws Exception {
        if (!output.isEmpty() && !output.equals("json"))
            throw new CliException("-o must be json, was '%s'".formatted(output));
        if (!Packages.isRoot())
            throw new CliException("the kernel shows the bytes of pods to root alone: run it with sudo");
        var status = NetworkStatus.read(state);
        Terminal.standard()
                .print(output.isEmpty() ? table(status) : json(status).pretty());
        return 0;
    }

    static String table(NetworkStatus status) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("UPLINK", "STATE", "ADDRESS", "MTU", "RECEIVED", "SENT"));
        for (var uplink : status.uplinks())
            rows.add(List.of(
                    uplink.name(),
                    uplink.up() ? "up" : "down",
                    uplink.addresses().isEmpty() ? "-" : uplink.addresses().getFirst(),
                    Integer.toString(uplink.mtu()),
                    bytes(uplink.receivedBytes()),
                    bytes(uplink.sentBytes())));
        if (status.uplinks().isEmpty()) rows.add(List.of("(none)", "", "", "", "", ""));
        var pods = new ArrayList<List<String>>();
        pods.add(List.of("NAMESPACE", "POD", "ADDRESS", "UPLINK", "RECEIVED", "SENT"));
        for (var pod : status.pods()) pods.addAll(rows(pod));
        return Terminal.table(rows) + "\n"
                + (status.pods().isEmpty() ? "No pods are on the network.\n" : Terminal.table(pods));
    }

    private static List<List<String>> rows(NetworkStatus.Application pod) {
        var address = String.join(",", pod.addresses());
        if (pod.traffic().isEmpty()) return List.of(List.of(pod.namespace(), pod.name(), address, "-", "0 B", "0 B"));
        var rows = new ArrayList<List<String>>();
        new TreeMap<>(pod.traffic())
                .forEach((link, bytes) -> rows.add(List.of(
                        pod.namespace(),
                        pod.name(),
                        address,
                        link,
                        bytes(bytes.receivedBytes()),
                        bytes(bytes.sentBytes()))));
        return rows;
    }

    static String bytes(long count) {
        if (count < 1024) return count + " B";
        var units = List.of("KiB", "MiB", "GiB", "TiB");
        double value = count;
        int unit = -1;
        while (value >= 1024 && unit < units.size() - 1) {
            value /= 1024;
            unit++;
        }
        return "%.1f %s".formatted(value, units.get(unit));
    }

    private static Json json(NetworkStatus status) {
        var uplinks = status.uplinks().stream()
                .map(uplink -> (Json) Json.obj(
                        "name", uplink.name(),
                        "up", uplink.up(),
                        "addresses", uplink.addresses(),
                        "mtu", uplink.mtu(),
                        "receivedBytes", uplink.receivedBytes(),
                        "sentBytes", uplink.sentBytes()))
                .toList();
        var pods = new ArrayList<Json>();
        for (var pod : status.pods()) {
            var traffic = new TreeMap<String, Json>();
            pod.traffic()
                    .forEach((link, bytes) -> traffic.put(
                            link, Json.obj("receivedBytes", bytes.receivedBytes(), "sentBytes", bytes.sentBytes())));
            pods.add(Json.obj(
                    "namespace",
                    pod.namespace(),
                    "name",
                    pod.name(),
                    "addresses",
                    pod.addresses(),
                    "uplinks",
                    traffic));
        }
        return Json.obj("uplinks", Json.arr(uplinks), "pods", Json.arr(pods));
    }
}
