package io.smarter.network;

import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.PodIP;
import io.smarter.cri.v1.PodSandboxNetworkStatus;
import io.smarter.cri.v1.PodSandboxState;
import io.smarter.cri.v1.PodSandboxStatus;
import io.smarter.cri.v1.PodSandboxStatusResponse;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what a container runtime tells about sandboxes and their containers. Pure functions. */
final class SandboxReader {
    /** Under which a kubelet, and a gateway, leaves a container's ports with the runtime: an array of ContainerPort. */
    private static final String PORTS = "io.kubernetes.container.ports";

    /** Where the runtime's own labels and a kubelet's begin, which are no labels of the pod. */
    private static final String RESERVED = "io.kubernetes.";

    private SandboxReader() {}

    static boolean isReady(PodSandboxStatusResponse answer) {
        return answer.hasStatus() && answer.getStatus().getState() == PodSandboxState.SANDBOX_READY;
    }

    /** The pod of a sandbox, of which the runtime was asked verbosely; its ports are known from its containers only. */
    static NodePod pod(PodSandboxStatusResponse answer) {
        var status = answer.getStatus();
        var metadata = status.getMetadata();
        var name = metadata.getName();
        boolean host = onHost(status);
        var told = hostname(answer.getInfoMap(), host);
        return new NodePod(
                status.getId(),
                metadata.getNamespace(),
                name,
                metadata.getUid(),
                told.isEmpty() ? name : told,
                labels(status.getLabelsMap()),
                host,
                host ? List.of() : addresses(status.getNetwork()),
                List.of());
    }

    /** The ports with names of containers that have not ended. */
    static List<NamedPort> ports(List<Container> containers) {
        return containers.stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING
                        || container.getState() == ContainerState.CONTAINER_CREATED)
                .flatMap(container -> ports(container.getAnnotationsOrDefault(PORTS, "")))
                .distinct()
                .toList();
    }

    private static Stream<NamedPort> ports(String annotation) {
        if (annotation.isEmpty()) return Stream.of();
        var ports = new ArrayList<NamedPort>();
        for (var port : parse("{\"ports\":" + annotation + "}").items("ports")) {
            var name = port.textOrEmpty("name");
            var protocol = port.textOrEmpty("protocol");
            long number = port.number(0, "containerPort");
            if (!name.isEmpty() && number > 0 && number < 65536)
                ports.add(new NamedPort(name, protocol.isEmpty() ? "TCP" : protocol, (int) number));
        }
        return ports.stream();
    }

    private static boolean onHost(PodSandboxStatus status) {
        return status.getLinux().getNamespaces().getOptions().getNetwork() == NamespaceMode.NODE;
    }

    private static Map<String, String> labels(Map<String, String> all) {
        return all.entrySet().stream()
                .filter(label -> !label.getKey().startsWith(RESERVED))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * What was asked for comes first, which containerd alone tells. What the process was given is on the node's network the
     * node's name, and no name of the pod.
     */
    private static String hostname(Map<String, String> info, boolean host) {
        var json = parse(info.getOrDefault("info", "{}"));
        var wanted = json.textOrEmpty("config", "hostname");
        var name = wanted.isEmpty() && !host ? json.textOrEmpty("runtimeSpec", "hostname") : wanted;
        return name.contains(".svc.") ? name.substring(0, name.indexOf('.')) : name; // setHostnameAsFQDN
    }

    private static Json parse(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException _) {
            return Json.Obj.EMPTY; // another runtime's way of telling
        }
    }

    private static List<InetAddress> addresses(PodSandboxNetworkStatus network) {
        var texts = new LinkedHashSet<String>();
        texts.add(network.getIp());
        network.getAdditionalIpsList().stream().map(PodIP::getIp).forEach(texts::add);
        return texts.stream()
                .filter(text -> !text.isEmpty())
                .flatMap(text -> address(text).stream())
                .toList();
    }

    private static List<InetAddress> address(String text) {
        try {
            return List.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }
}
