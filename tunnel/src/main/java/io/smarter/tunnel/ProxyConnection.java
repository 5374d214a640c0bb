package io.smarter.tunnel;

import io.smarter.http.Duplex;
import io.smarter.http.Headers;
import io.smarter.http.SpdyConnection;
import io.smarter.http.SpdyStream;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection to a port of a pod, through its node's tunnel: the pair of SPDY streams that {@code kubectl port-forward}
 * opens for each. Whether the port was reached shows only when something comes from it.
 */
final class ProxyConnection implements Duplex {
    private static final String PROTOCOL = "portforward.k8s.io";
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final int LONGEST_WORD = 4 << 10;

    private final SpdyConnection spdy;
    private final SpdyStream data;
    private final Thread listener;
    private volatile String refusal = "";

    private ProxyConnection(SpdyConnection spdy, int port) throws IOException {
        this.spdy = spdy;
        var error = spdy.open(head("error", port));
        error.out().close();
        data = spdy.open(head("data", port));
        listener = Thread.ofVirtual().name("proxy refusal").start(() -> listen(error));
    }

    static ProxyConnection open(Tunnels tunnels, StreamTarget pod, int port) throws RefusedException, IOException {
        var path = pod.path("portForward");
        var opened = tunnels.open(pod.assignedNode(), "POST", path, Streams.protocol(PROTOCOL), false);
        var spdy = SpdyConnection.client(StreamGateway.accepted(opened));
        try {
            return new ProxyConnection(spdy, port);
        } catch (IOException e) {
            spdy.close();
            throw e;
        }
    }

    private static Headers head(String type, int port) {
        return Headers.of("streamtype", type, "port", Integer.toString(port), "requestid", "0");
    }

    private void listen(SpdyStream error) {
        try {
            refusal = new String(error.in().readNBytes(LONGEST_WORD), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            // Then the node has said nothing, and what failed shows on the other stream.
            System.getLogger("io.smarter.tunnel").log(System.Logger.Level.DEBUG, () -> "no refusal: " + e);
        }
    }

    /** What the node says about a connection that ended too soon; empty when it says nothing. */
    String refusal() throws InterruptedException {
        listener.join(LAST_WORD);
        return refusal;
    }

    @Override
    public InputStream in() {
        return data.in();
    }

    @Override
    public OutputStream out() {
        return data.out();
    }

    @Override
    public void close() {
        spdy.close();
    }
}
