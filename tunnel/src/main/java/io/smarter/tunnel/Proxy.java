package io.smarter.tunnel;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/**
 * Passes HTTP requests on to pods, to pods behind services, and to nodes (Kubernetes "Access services running on
 * clusters"), all through the tunnels: nobody can dial them from here.
 */
public final class Proxy {
    private static final String UNREACHED = "error trying to reach service: ";
    private static final List<String> KUBELET_PORTS = List.of("", "10250");
    private static final int HTTP = 80;

    private final ProxyObjects objects;
    private final Tunnels tunnels;
    private final ProxyServices services;

    public Proxy(ProxyObjects objects, Tunnels tunnels) {
        this.objects = objects;
        this.tunnels = tunnels;
        this.services = new ProxyServices(objects, tunnels);
    }

    /**
     * A request to pass on.
     *
     * @param name as the URL has it
     */
    public record Request(Exchange exchange, String namespace, String name) {}

    /** What a URL has in the place of a name: {@code [scheme:]name[:port]}. */
    private record Target(boolean tls, String name, String port) {
        static Target of(Request request, String of) throws RefusedException {
            var parts = request.name().split(":", -1);
            var scheme = parts.length == 3 ? parts[0] : "";
            var name = parts.length == 3 ? parts[1] : parts[0];
            boolean known = scheme.isEmpty() || scheme.equals("http") || scheme.equals("https");
            if (parts.length > 3 || name.isEmpty() || !known)
                throw new RefusedException(400, "invalid %s request \"%s\"".formatted(of, request.name()));
            return new Target(scheme.equals("https"), name, parts.length == 1 ? "" : parts[parts.length - 1]);
        }
    }

    public void pod(Request request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request, "pod");
            var pod = get(Resource.PODS, request.namespace(), target.name);
            pass(request, target, new ProxyServices.Endpoint(pod, port(pod, target.port)));
        } catch (RefusedException e) {
            e.answer(request.exchange());
        }
    }

    public void service(Request request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request, "service");
            var service = get(Resource.SERVICES, request.namespace(), target.name);
            pass(request, target, services.pick(service, request.name(), target.port));
        } catch (RefusedException e) {
            e.answer(request.exchange());
        }
    }

    public void node(Request request) throws IOException, InterruptedException {
        try {
            var target = Target.of(request, "node");
            get(Resource.NODES, "", target.name);
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

    private Json.Obj get(Resource type, String namespace, String name) {
        return objects.find(type, namespace, name)
                .orElseThrow(() -> Status.notFound(type, name).error());
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

    private void pass(Request request, Target target, ProxyServices.Endpoint endpoint)
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
