package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.SpdyConnection;
import io.smarter.http.SpdyStream;
import io.smarter.requests.Answers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A gateway whose pods' ports are those of this machine; of the rest of a kubelet it has a path that echoes. */
final class TestPorts implements Handler {
    @Override
    public void handle(Exchange exchange) throws Exception {
        if (exchange.path().startsWith("/portForward/")) forward(exchange);
        else if (exchange.path().equals("/echo"))
            exchange.respond(
                    200,
                    Headers.of("content-type", "text/plain", "x-method", exchange.method()),
                    (exchange.query().text() + "|" + new String(exchange.body(1 << 20), StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8));
        else Answers.send(exchange, Status.of(404, "NotFound", "no such path: " + exchange.path()));
    }

    private static void forward(Exchange exchange) throws Exception {
        var errors = new ConcurrentHashMap<String, SpdyStream>();
        var ended = new CountDownLatch(1);
        try (var _ = SpdyConnection.server(exchange.duplex(200, new Headers()), stream -> {
            var id = stream.headers().first("requestid", "");
            if (stream.headers().first("streamtype", "").equals("error")) errors.put(id, stream);
            else Thread.ofVirtual().start(() -> connect(stream, errors, id));
        })) {
            ended.await(); // until the client goes and this thread is interrupted
        }
    }

    private static void connect(SpdyStream data, Map<String, SpdyStream> errors, String id) {
        int port = Integer.parseInt(data.headers().first("port", "0"));
        var error = errors.get(id);
        if (error == null) throw new IllegalStateException("the error stream comes first");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var back = Thread.ofVirtual().start(() -> copyBack(socket, data));
            data.in().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
            back.join();
        } catch (IOException | InterruptedException e) {
            tell(error, data, e);
        }
    }

    private static void tell(SpdyStream error, SpdyStream data, Exception why) {
        try {
            error.out().write(String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8));
            error.out().close();
            data.close();
        } catch (IOException e) {
            System.getLogger("test").log(System.Logger.Level.DEBUG, "stream ended", e);
        }
    }

    private static void copyBack(Socket socket, SpdyStream data) {
        try {
            socket.getInputStream().transferTo(data.out());
            data.out().close();
        } catch (IOException e) {
            System.getLogger("test").log(System.Logger.Level.DEBUG, "stream ended", e);
        }
    }
}
