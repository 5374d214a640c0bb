package io.smarter.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A machine of a test: a network namespace with an uplink to another one, in which a real network runs as a process of its own,
 * and pods that are namespaces, too. The plugin's program is the real one.
 */
final class Node implements AutoCloseable {
    private static final Path SOURCE = Path.of("src/main/c/smarter-cni.c");

    private final Path folder;
    private final String name;
    private final String range;
    private final String range6;
    private final List<String> namespaces = new CopyOnWriteArrayList<>();
    private final List<Process> listeners = new ArrayList<>();
    private @Nullable Process network;

    Node(Path folder, String name, String range) throws Exception {
        this(folder, name, range, "");
    }

    Node(Path folder, String name, String range, String range6) throws Exception {
        this.folder = folder;
        this.name = name;
        this.range = range;
        this.range6 = range6;
        Files.writeString(folder.resolve("resolv.conf"), "");
        run(List.of(
                "musl-gcc", "-Os", "-static", "-s", "-o", folder.resolve("shim").toString(), SOURCE.toString()));
        for (var one : List.of(name, name + "-lan")) namespace(one);
        run(List.of("ip", "-n", name, "link", "set", "lo", "up"));
        uplink("up0", "192.0.2.1", "192.0.2.2", 1400);
    }

    /** An interface that leads out, to a machine that is there alone. */
    void uplink(String link, String address, String other, int mtu) throws Exception {
        var lan = name + "-lan";
        var far = "far-" + link;
        run(List.of(
                "ip",
                "-n",
                name,
                "link",
                "add",
                link,
                "mtu",
                Integer.toString(mtu),
                "type",
                "veth",
                "peer",
                "name",
                far,
                "netns",
                lan));
        run(List.of("ip", "-n", lan, "addr", "add", other + "/24", "dev", far));
        run(List.of("ip", "-n", lan, "link", "set", far, "up"));
        run(List.of("ip", "-n", name, "link", "set", link, "up"));
        run(List.of("ip", "-n", name, "addr", "add", address + "/24", "dev", link));
        run(List.of("ip", "-n", name, "route", "add", "default", "via", other));
    }

    private void namespace(String one) throws Exception {
        new ProcessBuilder("ip", "netns", "del", one).start().waitFor();
        run(List.of("ip", "netns", "add", one));
        namespaces.add(one);
    }

    Path folder() {
        return folder;
    }

    /** Starts the network, and returns when it answers. */
    void start() throws Exception {
        assertThat(launch()).as(Files.readString(folder.resolve("log"))).isEqualTo("ready");
    }

    /** What it says when it cannot start. */
    String startupFailure() throws Exception {
        assertThat(launch()).isNull();
        return Files.readString(folder.resolve("log"));
    }

    private @Nullable String launch() throws Exception {
        var command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of("io.smarter.network.TestNode", folder.toString(), range, range6));
        network = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        return new BufferedReader(network.inputReader(UTF_8)).readLine();
    }

    /** Ends the network as a power cut of the process would. */
    void kill() throws InterruptedException {
        var running = network;
        if (running == null) return;
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
        network = null;
    }

    /** What a call of the plugin gave. */
    record Outcome(int status, Json json) {
        String address() {
            assertThat(status).as(json.toString()).isZero();
            var address = json.items("ips").getFirst().textOrEmpty("address");
            return address.substring(0, address.indexOf('/'));
        }
    }

    Outcome call(String command, String pod, String namespace, String config) throws Exception {
        return call(command, pod, namespace, config, "/run/netns/" + netns(pod), pod);
    }

    Outcome call(String command, String pod, String namespace, String config, String netns, String id)
            throws Exception {
        var builder = new ProcessBuilder(folder.resolve("bin/smarter-cni").toString());
        var variables = new LinkedHashMap<String, String>();
        variables.put("SMARTER_CNI_SOCKET", folder.resolve("run/cni.sock").toString());
        variables.put("CNI_COMMAND", command);
        variables.put("CNI_CONTAINERID", id);
        variables.put("CNI_NETNS", netns);
        variables.put("CNI_IFNAME", "eth0");
        variables.put("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s".formatted(namespace, pod));
        builder.environment().putAll(variables);
        var process = builder.start();
        try (var input = process.getOutputStream()) {
            input.write("{\"cniVersion\":\"1.0.0\",\"name\":\"smartnet\",\"type\":\"smarter-cni\"%s}"
                    .formatted(config)
                    .getBytes(UTF_8));
        }
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), said.isBlank() ? Json.Obj.EMPTY : parsed(said));
    }

    private static Json parsed(String text) {
        try {
            return Json.parse(text.getBytes(UTF_8));
        } catch (JsonException e) {
            throw new AssertionError(text, e);
        }
    }

    /** Makes a pod and attaches it; gives its address. */
    String pod(String pod, String namespace, String config) throws Exception {
        namespace(netns(pod));
        return call("ADD", pod, namespace, config).address();
    }

    String pod(String pod, String namespace) throws Exception {
        return pod(pod, namespace, "");
    }

    /** Ends a pod as a runtime does. */
    void end(String pod) throws Exception {
        assertThat(call("DEL", pod, "", "").status()).isZero();
        dropNamespace(pod);
    }

    void makeNamespace(String pod) throws Exception {
        namespace(netns(pod));
    }

    /** What a boot does to a pod. */
    void dropNamespace(String pod) throws Exception {
        run(List.of("ip", "netns", "del", netns(pod)));
        namespaces.remove(netns(pod));
    }

    String netns(String pod) {
        return name + "-" + pod;
    }

    /** Runs a program on the node; gives what it says. */
    String onNode(String... command) throws Exception {
        return in(name, command);
    }

    String inPod(String pod, String... command) throws Exception {
        return in(netns(pod), command);
    }

    String onLan(String... command) throws Exception {
        return in(name + "-lan", command);
    }

    int inPodStatus(String pod, String... command) throws Exception {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", netns(pod)));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).start().waitFor();
    }

    private static String in(String namespace, String... command) throws Exception {
        return new TestNetns(namespace).exec(command);
    }

    String address6(String pod) throws Exception {
        var said = inPod(pod, "ip", "-6", "-o", "addr", "show", "dev", "eth0", "scope", "global");
        return said.substring(said.indexOf("inet6 ") + 6, said.indexOf('/'));
    }

    private TestNetns inside(String pod) {
        return new TestNetns(netns(pod));
    }

    /** A socket of a pod that hears what is sent to a group. */
    MulticastSocket joined(String pod, String group, int port) throws Exception {
        return inside(pod).call(() -> {
            var socket = new MulticastSocket(port);
            socket.joinGroup(new InetSocketAddress(group, port), NetworkInterface.getByName("eth0"));
            socket.setSoTimeout(5000);
            return socket;
        });
    }

    void send(String pod, String group, int port, String text) throws Exception {
        inside(pod).call(() -> {
            try (var socket = new MulticastSocket()) {
                socket.setNetworkInterface(NetworkInterface.getByName("eth0"));
                socket.send(
                        new DatagramPacket(text.getBytes(UTF_8), text.length(), new InetSocketAddress(group, port)));
            }
            return true;
        });
    }

    static String received(MulticastSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    /** Has somebody listen in a namespace until the test ends. */
    Process listen(String namespace, int port) throws Exception {
        return listenIn(namespace.isEmpty() ? name : netns(namespace), port);
    }

    Process listenOnLan(int port) throws Exception {
        return listenIn(name + "-lan", port);
    }

    private Process listenIn(String where, int port) throws Exception {
        var process = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        where,
                        "nc",
                        range6.isEmpty() ? "-4lkn" : "-6lkn",
                        "-p",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        listeners.add(process);
        while (!in(where, "ss", "-ltnH").contains(":" + port + " ")) Thread.onSpinWait();
        return process;
    }

    /** Whether a connection can be made within a second. */
    boolean reaches(String pod, String address, int port) throws Exception {
        return connects(netns(pod), address, port);
    }

    boolean lanReaches(String address, int port) throws Exception {
        return connects(name + "-lan", address, port);
    }

    boolean nodeReaches(String address, int port) throws Exception {
        return connects(name, address, port);
    }

    private static boolean connects(String namespace, String address, int port) throws Exception {
        return new ProcessBuilder("ip", "netns", "exec", namespace, "nc", "-zn", "-w1", address, Integer.toString(port))
                        .start()
                        .waitFor()
                == 0;
    }

    /** What a pod sent and got by an uplink, as {@code smarter net} tells it. */
    NetworkStatus.Traffic traffic(String pod, String uplink) throws Exception {
        var status = new TestNetns(name).call(() -> NetworkStatus.read(folder.resolve("state")));
        return status.pods().stream()
                .filter(one -> one.name().equals(pod))
                .findFirst()
                .orElseThrow()
                .traffic()
                .getOrDefault(uplink, new NetworkStatus.Traffic(0, 0));
    }

    /** What is on the node of pods: cables, leases, elements of rules. */
    Map<String, Integer> traces() throws Exception {
        var traces = new LinkedHashMap<String, Integer>();
        traces.put("links", count(onNode("ip", "-o", "link"), "smv") + count(onNode("ip", "-o", "link"), "smi"));
        var leases = folder.resolve("state/leases").toFile().list();
        traces.put("leases", leases == null ? 0 : leases.length);
        traces.put("elements", count(onNode("nft", "list", "ruleset"), "elements ="));
        return traces;
    }

    private static int count(String text, String word) {
        return (int) text.lines().filter(line -> line.contains(word)).count();
    }

    private static void run(List<String> command) throws Exception {
        var _ = TestNetns.run("", command.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
            for (var process : listeners) process.destroyForcibly().waitFor();
            for (var one : namespaces)
                new ProcessBuilder("ip", "netns", "del", one).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
