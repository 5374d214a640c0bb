package io.smarter.tunnel;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Answers the pods' streaming subresources by passing them through the tunnel to the gateway that runs the pod, whose
 * end of it speaks the kubelet's paths. Each request has its own stream and its own threads, so none waits for another.
 */
public final class Streams {
    private final Tunnels tunnels;

    public Streams(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * Answers one request; returns when its streams have ended.
     *
     * @param pod the pod as it is stored
     * @param subresource log, exec, attach or portforward
     */
    public void handle(Exchange exchange, Json.Obj pod, String subresource) throws IOException, InterruptedException {
        var target = new StreamTarget(pod);
        try {
            checkMethod(exchange, subresource);
            switch (subresource) {
                case "log" -> new LogsStream(tunnels).handle(exchange, target);
                case "exec" -> new ExecStream(tunnels, "exec").handle(exchange, target);
                case "attach" -> new ExecStream(tunnels, "attach").handle(exchange, target);
                case "portforward" -> new PortForwardStream(tunnels).handle(exchange, target);
                default -> throw new RefusedException(404, "pods have no subresource " + subresource);
            }
        } catch (RefusedException e) {
            e.answer(exchange);
        }
    }

    private static void checkMethod(Exchange exchange, String subresource) throws RefusedException {
        boolean allowed =
                exchange.method().equals("GET") || exchange.method().equals("POST") && !subresource.equals("log");
        if (!allowed)
            throw new RefusedException(405, "%s of pods/%s is not supported".formatted(exchange.method(), subresource));
    }

    /** Chooses the protocol that both ends speak. */
    static String negotiate(Exchange exchange, String header, String... ours) throws RefusedException {
        var theirs = exchange.headers().all(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
        for (var protocol : ours) {
            if (theirs.contains(protocol)) return protocol;
        }
        throw new RefusedException(
                403,
                "unable to upgrade: unable to negotiate protocol: client supports %s, server accepts %s"
                        .formatted(theirs, List.of(ours)));
    }

    /** Whether the request asks for SPDY/3.1. */
    static boolean wantsSpdy(Exchange exchange) {
        return exchange.headers().first("upgrade", "").equalsIgnoreCase("SPDY/3.1");
    }

    static RefusedException upgradeRequired() {
        return new RefusedException(400, "Upgrade request required");
    }

    static Headers protocol(String name) {
        return Headers.of("x-stream-protocol-version", name);
    }
}
