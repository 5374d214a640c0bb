package io.smarter.tunnel;

import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Http2Stream;
import io.smarter.requests.RefusedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * One request that is passed on and its answer that is passed back, both bodies as they come. What concerns one
 * connection only stays behind (RFC 9110 §7.6.1), and so does what tells us who asks.
 */
final class ProxyExchange {
    private static final int BLOCK = 16 << 10;
    private static final int LONGEST_PAGE = 8 << 20;
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> OURS = Set.of(
            "authorization",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-uri");

    private final Exchange exchange;
    private final ProxyPlace place;
    private final String podHost;
    private boolean answered;

    /** @param podHost how the other side may call itself; empty if it has no such name */
    ProxyExchange(Exchange exchange, ProxyPlace place, String podHost) {
        this.exchange = exchange;
        this.place = place;
        this.podHost = podHost;
    }

    /** Whether the answer has begun: what fails then cannot be told. */
    boolean answered() {
        return answered;
    }

    /** Whether a request asks for another protocol on its connection. */
    static boolean isUpgrade(Exchange exchange) {
        return exchange.headers().all("connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
    }

    // ---- over HTTP/1.1, to a pod

    void run(Duplex pod) throws IOException, InterruptedException {
        var first = firstPart();
        boolean upgrades = isUpgrade(exchange);
        var out = pod.out();
        out.write(head(upgrades, framing(first)).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        if (upgrades) {
            answerUpgrade(pod);
            return;
        }
        boolean chunked = exchange.headers().first("content-length") == null;
        var sender = Thread.ofVirtual().name("proxied body").start(() -> send(first, out, chunked));
        try {
            var answer = ProxyAnswer.read(new BufferedInputStream(pod.in()), exchange.method());
            answer(answer.status(), answer.headers(), answer.body());
        } finally {
            sender.interrupt();
            sender.join(LAST_WORD);
        }
    }

    /** The begin of the body: whether there is one shows only then. */
    private byte[] firstPart() throws IOException {
        if ("0".equals(exchange.headers().first("content-length")) || isUpgrade(exchange)) return new byte[0];
        var part = new byte[BLOCK];
        int count = exchange.body().read(part);
        return count < 0 ? new byte[0] : Arrays.copyOf(part, count);
    }

    private String framing(byte[] first) {
        var length = exchange.headers().first("content-length");
        if (length != null) return "content-length: " + length + "\r\n";
        if (first.length > 0) return "transfer-encoding: chunked\r\n";
        return Set.of("POST", "PUT", "PATCH").contains(exchange.method()) ? "content-length: 0\r\n" : "";
    }

    private String head(boolean upgrades, String framing) {
        var head = new StringBuilder(exchange.method())
                .append(' ')
                .append(place.target())
                .append(" HTTP/1.1\r\n");
        head.append("host: ").append(exchange.headers().first("host", podHost)).append("\r\n");
        passedOn()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (upgrades)
            head.append("connection: Upgrade\r\nupgrade: ")
                    .append(exchange.headers().first("upgrade", ""))
                    .append("\r\n");
        else head.append("connection: close\r\n");
        return head.append(framing).append("\r\n").toString();
    }

    private void send(byte[] first, OutputStream out, boolean chunked) {
        try {
            var part = first;
            var next = new byte[BLOCK];
            int count = first.length;
            if (count == 0) return;
            for (var in = exchange.body(); count >= 0; count = in.read(next)) {
                if (count == 0) continue;
                if (chunked) out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(part, 0, count);
                if (chunked) out.write(new byte[] {'\r', '\n'});
                out.flush();
                part = next;
            }
            if (chunked) out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            // The answer, or its absence, tells.
            System.getLogger("io.smarter.tunnel").log(System.Logger.Level.DEBUG, () -> "proxied body: " + e);
        }
    }

    private void answerUpgrade(Duplex pod) throws IOException, InterruptedException {
        var in = new BufferedInputStream(pod.in());
        var answer = ProxyAnswer.read(in, exchange.method());
        if (answer.status() == 101) {
            answered = true;
            var protocol = answer.headers().first("upgrade", "");
            var client = exchange.upgrade(protocol, endToEnd(answer.headers()));
            StreamPipe.run(client, new Rest(pod, in), "proxy " + exchange.path());
        } else if (answer.status() < 400) {
            throw new IOException("invalid upgrade response: status code " + answer.status());
        } else {
            answer(answer.status(), answer.headers(), answer.body());
        }
    }

    /** A connection of which some bytes have been read ahead. */
    private record Rest(Duplex connection, InputStream in) implements Duplex {
        @Override
        public OutputStream out() {
            return connection.out();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    // ---- over the tunnel, to a node

    void run(Tunnels tunnels, String node) throws IOException, RefusedException, InterruptedException {
        var first = firstPart();
        var headers = passedOn();
        try (var stream = tunnels.open(node, exchange.method(), place.target(), headers, first.length == 0)) {
            var sender = Thread.ofVirtual().name("proxied body").start(() -> sendAll(first, stream));
            try {
                answer(stream.status(), stream.headers(), stream.in());
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (answered) throw e;
                throw new RefusedException(503, "the gateway's connection broke: " + e.getMessage(), e);
            } finally {
                sender.interrupt();
                sender.join(LAST_WORD);
            }
        }
    }

    private void sendAll(byte[] first, Http2Stream stream) {
        send(first, stream.out(), false);
        if (first.length == 0) return;
        try {
            stream.out().close();
        } catch (IOException e) {
            System.getLogger("io.smarter.tunnel").log(System.Logger.Level.DEBUG, () -> "proxied body: " + e);
        }
    }

    // ---- both

    /** An answer that breaks off must not look whole, so it is ended only when all of it was there. */
    private void answer(int status, Headers headers, InputStream body) throws IOException {
        if (isPage(headers)) {
            answerPage(status, headers, body);
            return;
        }
        answered = true;
        var out = exchange.stream(status, endToEnd(headers));
        var part = new byte[BLOCK];
        for (int count; (count = body.read(part)) >= 0; ) {
            out.write(part, 0, count);
            out.flush();
        }
        out.close();
    }

    private boolean isPage(Headers headers) {
        var type = headers.first("content-type", "");
        int semicolon = type.indexOf(';');
        var bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        var encoding = headers.first("content-encoding", "");
        return bare.equals("text/html")
                && (encoding.isEmpty() || encoding.equals("gzip"))
                && headers.first("location") == null
                && !exchange.method().equals("HEAD");
    }

    /** The links of a page that is not too long lead through the proxy, too. */
    private void answerPage(int status, Headers headers, InputStream body) throws IOException {
        boolean packed = headers.first("content-encoding", "").equals("gzip");
        var page = (packed ? new GZIPInputStream(body) : body).readNBytes(LONGEST_PAGE);
        if (page.length == LONGEST_PAGE) throw new IOException("a page may not be longer than " + LONGEST_PAGE);
        var host = exchange.headers().first("host", "");
        var turned = ProxyLinks.turned(
                new String(page, StandardCharsets.ISO_8859_1), link -> place.outside(link, podHost, host));
        var fields = new Headers();
        endToEnd(headers).forEach((name, value) -> {
            if (!name.equals("content-length") && !name.equals("content-encoding")) fields.add(name, value);
        });
        answered = true;
        exchange.respond(status, fields, turned.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Headers passedOn() {
        var headers = new Headers();
        var dropped = dropped(exchange.headers());
        exchange.headers().forEach((name, value) -> {
            boolean ours = OURS.contains(name) || name.startsWith("impersonate-") || name.startsWith("x-remote-");
            if (!ours && !dropped.contains(name)) headers.add(name, value);
        });
        var before = exchange.headers().first("x-forwarded-for", "");
        var client = client(exchange.remote());
        headers.add("x-forwarded-for", before.isEmpty() ? client : before + ", " + client);
        headers.add("x-forwarded-host", exchange.headers().first("host", ""));
        headers.add("x-forwarded-proto", "https");
        headers.add("x-forwarded-uri", exchange.path());
        return headers;
    }

    /** The address without its port. */
    private static String client(String remote) {
        var bare = remote.startsWith("/") ? remote.substring(1) : remote;
        int colon = bare.lastIndexOf(':');
        return colon > 0 ? bare.substring(0, colon) : bare;
    }

    private Headers endToEnd(Headers answer) {
        var headers = new Headers();
        var dropped = dropped(answer);
        var host = exchange.headers().first("host", "");
        answer.forEach((name, value) -> {
            if (dropped.contains(name)) return;
            headers.add(name, name.equals("location") ? place.outside(value, podHost, host) : value);
        });
        return headers;
    }

    private static List<String> dropped(Headers headers) {
        var dropped = new ArrayList<>(OF_THE_CONNECTION);
        for (var value : headers.all("connection"))
            for (var name : value.split(",")) dropped.add(name.strip().toLowerCase(Locale.ROOT));
        return dropped;
    }
}
