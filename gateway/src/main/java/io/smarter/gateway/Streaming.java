package io.smarter.gateway;

import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Sockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Connects a request from the cloud with the runtime's streaming server: switches that to SPDY as its own client would
 * and then passes bytes on without looking at them.
 */
final class Streaming {
    private static final String VERSION = "x-stream-protocol-version";
    private static final int LONGEST_HEAD = 16 << 10;
    private static final int BLOCK = 16 << 10;

    private Streaming() {}

    /**
     * Passes a request on to where the runtime waits for it.
     *
     * @throws IOException if the runtime does not take it; nothing was answered then
     */
    static void connect(Exchange exchange, URI target) throws IOException {
        var loopback = "127.0.0.1".equals(target.getHost()) || "localhost".equals(target.getHost());
        if (!loopback)
            throw new IOException("runtime streams at %s, which is not this machine".formatted(target.getHost()));
        try (var runtime = Sockets.tcp(target.getHost(), target.getPort())) {
            runtime.out().write(request(exchange, target).getBytes(StandardCharsets.ISO_8859_1));
            runtime.out().flush();
            var version = upgraded(head(runtime.in()));
            var headers = version.isEmpty() ? new Headers() : Headers.of(VERSION, version);
            try (var cloud = exchange.duplex(200, headers)) {
                join(cloud, runtime);
            }
        }
    }

    private static String request(Exchange exchange, URI target) {
        var path =
                target.getRawQuery() == null ? target.getRawPath() : target.getRawPath() + "?" + target.getRawQuery();
        var request = new StringBuilder("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.getAuthority())
                .append("\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n");
        for (var version : exchange.headers().all(VERSION))
            request.append("X-Stream-Protocol-Version: ").append(version).append("\r\n");
        return request.append("\r\n").toString();
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream(512);
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) throw new IOException("runtime closed the stream before it answered");
            if (head.size() >= LONGEST_HEAD) throw new IOException("runtime's answer is too long");
            head.write(b);
            if (b == "\r\n\r\n".charAt(matched)) matched++;
            else matched = b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** The protocol that the runtime chose. */
    private static String upgraded(String head) throws IOException {
        var lines = head.split("\r\n", -1);
        if (!lines[0].startsWith("HTTP/1.1 101"))
            throw new IOException("runtime did not switch protocols: " + lines[0]);
        for (var line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(VERSION + ":"))
                return line.substring(VERSION.length() + 1).strip();
        }
        return "";
    }

    /** Passes bytes both ways until the second side ends. */
    static void join(Duplex first, Duplex second) throws IOException {
        var forward = Thread.ofVirtual().name("stream").start(() -> {
            try {
                copy(first.in(), second.out());
                second.out().close();
            } catch (IOException e) {
                closeQuietly(second);
            }
        });
        try {
            copy(second.in(), first.out());
            first.out().close();
        } finally {
            forward.interrupt();
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        var block = new byte[BLOCK];
        int read;
        while ((read = in.read(block)) >= 0) {
            out.write(block, 0, read);
            out.flush();
        }
    }

    private static void closeQuietly(Duplex duplex) {
        try {
            duplex.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }
}
