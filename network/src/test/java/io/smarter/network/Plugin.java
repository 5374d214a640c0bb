package io.smarter.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The plugin's resident part on a kernel that records, called as its program does but without that. */
final class Plugin implements AutoCloseable {
    private static final AddressRange RANGE = AddressRange.parse("CIDR", "10.39.0.0/16", true);

    final RecordingKernel kernel = new RecordingKernel();
    final NodePods pods = new NodePods();
    final AddressPool pool;
    private final CniServer server;
    private final Path namespace;

    Plugin(Path folder) throws IOException {
        namespace = Files.createFile(folder.resolve("netns"));
        pool = AddressPool.open(folder.resolve("leases"), Map.of(RANGE, RANGE.address(1)));
        var firewall = new Firewall(kernel, new Ruleset.Frame(Bridge.NAME, "169.254.0.2", false));
        firewall.start(pool.leases());
        var bridge = new Bridge(kernel, Map.of(RANGE, RANGE.address(1)), InetAddress.ofLiteral("169.254.0.2"));
        server = CniServer.listen(folder.resolve("cni.sock"), new Attachments(kernel, pool, firewall, bridge, pods));
    }

    Path namespace() {
        return namespace;
    }

    /** The variables of a usual call, which may be changed. */
    Map<String, String> variables(String command) {
        var variables = new HashMap<String, String>();
        variables.put("CNI_COMMAND", command);
        variables.put("CNI_CONTAINERID", "c1");
        variables.put("CNI_NETNS", namespace.toString());
        variables.put("CNI_IFNAME", "eth0");
        variables.put("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=farm;K8S_POD_NAME=cam1;K8S_POD_UID=u1");
        return variables;
    }

    /** What the program would end with: its status, a space, and its output. */
    String call(Map<String, String> variables, String config) {
        var answer = server.answer(variables, config.getBytes(UTF_8));
        return answer.charAt(0) + " " + answer.substring(1).strip();
    }

    String call(String command, String version) {
        return call(variables(command), config(version, ""));
    }

    Json json(String command, String version, String more) throws JsonException {
        return Json.parse(
                call(variables(command), config(version, more)).substring(2).getBytes(UTF_8));
    }

    static String config(String version, String more) {
        return "{\"cniVersion\":\"%s\",\"name\":\"smartnet\",\"type\":\"smarter-cni\"%s}".formatted(version, more);
    }

    @Override
    public void close() throws IOException {
        server.close();
        pods.close();
    }
}
