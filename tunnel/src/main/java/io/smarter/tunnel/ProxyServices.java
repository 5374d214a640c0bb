package io.smarter.tunnel;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a pod that answers for a service: what its endpoint slices say if it has some, else a ready pod that its selector
 * chooses.
 */
final class ProxyServices {
    private static final String OF_SERVICE = "kubernetes.io/service-name";

    private final ProxyObjects objects;
    private final Tunnels tunnels;

    ProxyServices(ProxyObjects objects, Tunnels tunnels) {
        this.objects = objects;
        this.tunnels = tunnels;
    }

    /** A port of a pod. */
    record Endpoint(Json.Obj pod, int port) {}

    /**
     * @param name as the URL has it, for messages
     * @param port a number or a name of a port of the service; empty for the one without a name
     */
    Endpoint pick(Json.Obj service, String name, String port) throws RefusedException {
        var portName = portName(service, port);
        var namespace = service.textOrEmpty("metadata", "namespace");
        var made = objects.list(
                Resource.ENDPOINT_SLICES, namespace, Map.of(OF_SERVICE, service.textOrEmpty("metadata", "name")));
        var candidates = new ArrayList<Endpoint>();
        if (made.isEmpty()) selected(service, namespace, portName, candidates);
        for (var slice : made) inSlice(slice, namespace, portName, candidates);
        Collections.shuffle(candidates);
        var connected = tunnels.connected();
        return candidates.stream()
                .filter(one -> connected.contains(one.pod.textOrEmpty("spec", "nodeName")))
                .findFirst()
                .or(() -> candidates.stream().findFirst())
                .orElseThrow(
                        () -> new RefusedException(503, "no endpoints available for service \"%s\"".formatted(name)));
    }

    private static String portName(Json.Obj service, String port) throws RefusedException {
        if (port.isEmpty() || !port.chars().allMatch(c -> c >= '0' && c <= '9')) return port;
        for (var one : service.items("spec", "ports"))
            if (Long.toString(one.number(0, "port")).equals(port)) return one.textOrEmpty("name");
        throw new RefusedException(
                503,
                "no service port %s found for service \"%s\"".formatted(port, service.textOrEmpty("metadata", "name")));
    }

    private void inSlice(Json.Obj slice, String namespace, String portName, List<Endpoint> found) {
        for (var port : slice.items("ports")) {
            if (!port.textOrEmpty("name").equals(portName)) continue;
            for (var endpoint : slice.items("endpoints")) {
                boolean ready = !(endpoint.at("conditions", "ready") instanceof Json.Bool(var is)) || is;
                if (!ready || !endpoint.textOrEmpty("targetRef", "kind").equals("Pod")) continue;
                pod(namespace, endpoint.textOrEmpty("targetRef", "name"))
                        .ifPresent(pod -> found.add(new Endpoint(pod, (int) port.number(0, "port"))));
            }
        }
    }

    private Optional<Json.Obj> pod(String namespace, String name) {
        return objects.find(Resource.PODS, namespace, name);
    }

    private void selected(Json.Obj service, String namespace, String portName, List<Endpoint> found) {
        var selector = service.texts("spec", "selector");
        if (selector.isEmpty()) return;
        for (var port : service.items("spec", "ports")) {
            if (!port.textOrEmpty("name").equals(portName)) continue;
            for (var pod : objects.list(Resource.PODS, namespace, selector)) {
                int number = number(port, pod);
                if (number > 0 && isReady(pod)) found.add(new Endpoint(pod, number));
            }
        }
    }

    /** The port of the pod that a port of a service stands for; 0 when it has none of that name. */
    private static int number(Json port, Json.Obj pod) {
        var target = port.at("targetPort");
        if (target instanceof Json.Num number) return (int) number.asLong();
        if (!(target instanceof Json.Str(var name))) return (int) port.number(0, "port");
        for (var container : pod.items("spec", "containers"))
            for (var own : container.items("ports"))
                if (own.textOrEmpty("name").equals(name)) return (int) own.number(0, "containerPort");
        return 0;
    }

    private static boolean isReady(Json.Obj pod) {
        return pod.textOrEmpty("status", "phase").equals("Running")
                && pod.text("metadata", "deletionTimestamp") == null
                && pod.items("status", "conditions").stream()
                        .anyMatch(condition -> condition.textOrEmpty("type").equals("Ready")
                                && condition.textOrEmpty("status").equals("True"));
    }
}
