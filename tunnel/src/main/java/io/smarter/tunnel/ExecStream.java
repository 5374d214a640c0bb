package io.smarter.tunnel;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.http.SpdyConnection;
import io.smarter.requests.RefusedException;
import java.io.IOException;

/**
 * {@code …/pods/NAME/exec} and {@code attach}. A SPDY client is piped to the container runtime untouched; a WebSocket is
 * translated into the runtime's SPDY streams here.
 */
final class ExecStream {
    private static final String V4 = "v4.channel.k8s.io";

    private final Tunnels tunnels;
    private final String verb;

    /** @param verb exec or attach */
    ExecStream(Tunnels tunnels, String verb) {
        this.tunnels = tunnels;
        this.verb = verb;
    }

    /** Which streams the client wants. With a terminal there is one output only. */
    record Wanted(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        static Wanted of(Query query, boolean tty) throws RefusedException {
            var wanted = new Wanted(query.flag("stdin"), query.flag("stdout"), query.flag("stderr") && !tty, tty);
            if (wanted.stdin || wanted.stdout || wanted.stderr) return wanted;
            throw new RefusedException(400, "you must specify at least one of stdin, stdout, stderr");
        }
    }

    void handle(Exchange exchange, StreamTarget target) throws IOException, RefusedException, InterruptedException {
        var query = exchange.query();
        var container = target.container(query.first("container"));
        // whoever attaches gets the terminal that the container has or has not, as the gateway does
        var wanted = Wanted.of(query, verb.equals("exec") ? query.flag("tty") : target.terminal(container));
        if (verb.equals("exec") && query.all("command").isEmpty())
            throw new RefusedException(400, "you must specify at least one command for the container");
        boolean webSocket = exchange.wantsWebSocket();
        if (!webSocket && !Streams.wantsSpdy(exchange)) throw Streams.upgradeRequired();
        var chosen = webSocket ? chosen(exchange) : Streams.negotiate(exchange, "x-stream-protocol-version", V4);
        var path = target.path(verb, container);
        var opened = tunnels.open(
                target.assignedNode(), "POST", path + parameters(query, wanted), Streams.protocol(V4), false);
        try (var gateway = StreamGateway.accepted(opened)) {
            if (webSocket) {
                try (var socket = exchange.webSocket(chosen);
                        var runtime = SpdyConnection.client(gateway)) {
                    new ExecSocket(socket, ExecProtocol.of(chosen), runtime, wanted).run(verb + " " + path);
                }
            } else {
                var client = exchange.upgrade("SPDY/3.1", Headers.of("x-stream-protocol-version", chosen));
                StreamPipe.run(client, gateway, verb + " " + path);
            }
        }
    }

    /** A WebSocket client that offers nothing gets the first protocol there was, under no name. */
    private static String chosen(Exchange exchange) throws RefusedException {
        return exchange.headers().all("sec-websocket-protocol").isEmpty()
                ? ""
                : Streams.negotiate(exchange, "sec-websocket-protocol", ExecProtocol.names());
    }

    /** The same wishes in the kubelet's words. */
    private static String parameters(Query query, Wanted wanted) {
        var parameters = new StringBuilder();
        for (var word : query.all("command")) add(parameters, "command", word);
        if (wanted.stdin) add(parameters, "input", "1");
        if (wanted.stdout) add(parameters, "output", "1");
        if (wanted.stderr) add(parameters, "error", "1");
        if (wanted.tty) add(parameters, "tty", "1");
        return parameters.toString();
    }

    private static void add(StringBuilder parameters, String name, String value) {
        parameters
                .append(parameters.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(StreamTarget.encode(value));
    }
}
