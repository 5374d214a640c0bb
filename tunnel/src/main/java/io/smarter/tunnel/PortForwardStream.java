package io.smarter.tunnel;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.requests.RefusedException;
import java.io.IOException;

/**
 * {@code …/pods/NAME/portforward}: SPDY/3.1 from the client to the container runtime, untouched. It comes either as an
 * upgraded connection or inside a WebSocket's binary messages (KEP-4006).
 */
final class PortForwardStream {
    private static final String PROTOCOL = "portforward.k8s.io";
    private static final String TUNNELLED = "SPDY/3.1+" + PROTOCOL;

    private final Tunnels tunnels;

    PortForwardStream(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    void handle(Exchange exchange, StreamTarget target) throws IOException, RefusedException, InterruptedException {
        boolean webSocket = exchange.wantsWebSocket();
        if (!webSocket && !Streams.wantsSpdy(exchange)) throw Streams.upgradeRequired();
        var chosen = webSocket
                ? Streams.negotiate(exchange, "sec-websocket-protocol", TUNNELLED)
                : Streams.negotiate(exchange, "x-stream-protocol-version", PROTOCOL);
        var path = target.path("portForward");
        var opened = tunnels.open(target.assignedNode(), "POST", path, Streams.protocol(PROTOCOL), false);
        try (var gateway = StreamGateway.accepted(opened)) {
            var client = webSocket
                    ? new StreamSocket(exchange.webSocket(chosen))
                    : exchange.upgrade("SPDY/3.1", Headers.of("x-stream-protocol-version", chosen));
            StreamPipe.run(client, gateway, "portforward " + path);
        }
    }
}
