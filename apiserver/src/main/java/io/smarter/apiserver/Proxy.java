package io.smarter.apiserver;

import io.smarter.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/**
 * Passes HTTP requests on to pods, to pods behind services, and to nodes (Kubernetes "Access services running on
 * clusters"), all through the tunnels: nobody can dial them from here.
 */
final class Proxy {
    private static final String UNREACHED = "error trying to reach service: ";
    private static final List<String> KUBELET_PORTS = List.of("", "10250");
    private static final int HTTP = 80;

    private final Registry registry;
    private final Tunnels tunnels;
    private final ProxyServices services;
    private final ApiType pods;

    Proxy(Registry registry, Tunnels tunnels, ProxyServices services, ApiType pods) {
        this.registry = registry;
        this.tunnels = tunnels;
        this.services = services;
        this.pods = pods;
    }

    /** What a URL has in the place of a name: {@code [scheme:]name[:port]}. */
    private record Target(boolean tls, String name, String port) {
        static Target of(ApiRequest request) throws RefusedException {
            var parts = request.name().split(":", -1);
            var scheme = parts.length == 3 ? parts[0] : "";
            var name = parts.length == 3 ? parts[1] : parts[0];
            boolean known = scheme.isEmpty() || scheme.equals("http") || scheme.equals("https");
            if (parts.length > 3 || name.isEmpty() || !known)
                throw new RefusedException(
                        400,
                        "invalid %s request \"%s\"".formatted(request.type().singular(), request.name()));
            return new Target(scheme.equals("https"), name, parts.length == 1 ? "" : parts[parts.length - 1]);
        }
    }

    void pod(ApiRequest request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request);
            var pod = registry.get(pods, request.namespace(), target.name).tree();
            pass(request, target, new ProxyServices.Endpoint(pod, port(pod, target.port)));
        } catch (RefusedException e) {
            e.answer(request.exchange());
        }
    }

    void service(ApiRequest request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request);
            var service = registry.get(request.type(), request.namespace(), target.name)
                    .tree();
            pass(request, target, services.pick(service, request.name(), target.port));
        } catch (RefusedException e) {
            e.answer(request.exchange());
        }
    }

    void node(ApiRequest request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request);
            registry.get(request.type(), "", target.name);
            if (!KUBELET_PORTS.contains(target.port))
                throw new RefusedException(
                        503, UNREACHED + "only the kubelet's port of a node can be reached, was " + target.port);
            var place = ProxyPlace.of(request);
            if (place.isBare()) place.redirect(request.exchange());
            else new ProxyExchange(request.exchange(), place, "").run(tunnels, target.name);
        } catch (RefusedException e) {
            e.answer(request.exchange());
        }
    }

    /** The first port that a pod's containers name, when the URL names none. */
    private static int port(Json.Obj pod, String asked) throws RefusedException {
        if (asked.isEmpty())
            return pod.items("spec", "containers").stream()
                    .flatMap(container -> container.items("ports").stream())
                    .map(port -> (int) port.number(HTTP, "containerPort"))
                    .findFirst()
                    .orElse(HTTP);
        try {
            int port = Integer.parseInt(asked);
            if (port > 0 && port < 1 << 16) return port;
        } catch (NumberFormatException e) {
            throw new RefusedException(503, UNREACHED + "unknown port " + asked, e);
        }
        throw new RefusedException(503, UNREACHED + "invalid port " + asked);
    }

    private void pass(ApiRequest request, Target target, ProxyServices.Endpoint endpoint)
            throws RefusedException, IOException, InterruptedException {
        var exchange = request.exchange();
        var pod = new StreamTarget(endpoint.pod());
        if (pod.node().isEmpty()) throw new RefusedException(400, "address not allowed");
        var place = ProxyPlace.of(request);
        if (place.isBare() && !ProxyExchange.isUpgrade(exchange)) {
            place.redirect(exchange);
            return;
        }
        var host = endpoint.pod().textOrEmpty("status", "podIP") + ":" + endpoint.port();
        try (var connection = ProxyConnection.open(tunnels, pod, endpoint.port())) {
            var passed = new ProxyExchange(exchange, place, host);
            try {
                var carrier = target.tls ? ProxyTls.over(connection, target.name, endpoint.port()) : connection;
                passed.run(carrier);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (passed.answered()) throw e;
                var why = connection.refusal();
                throw new RefusedException(503, UNREACHED + (why.isEmpty() ? e.getMessage() : why), e);
            }
        }
    }
}
