package io.smarter.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** An API server that is asked once for a WebSocket: takes it and says what it was told to, or refuses. */
final class FakeExecServer implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    /** What it says. */
    @FunctionalInterface
    interface Script {
        void say(OutputStream out) throws Exception;
    }

    private FakeExecServer(boolean refuses, Script script) throws IOException {
        Thread.ofVirtual().start(() -> {
            try (var socket = listening.accept()) {
                var request = head(socket.getInputStream());
                var out = socket.getOutputStream();
                if (!refuses) out.write(accepted(request).getBytes(StandardCharsets.US_ASCII));
                script.say(out);
                out.flush();
                asked.complete(request);
                while (socket.getInputStream().read() >= 0) {} // until the client closes
            } catch (Exception e) {
                asked.completeExceptionally(e);
            }
        });
    }

    /** It agrees to speak {@code v4.channel.k8s.io}, and sends frames. */
    static FakeExecServer saying(Script frames) throws IOException {
        return new FakeExecServer(false, frames);
    }

    /** It refuses. */
    static FakeExecServer refusing(int status, String body) throws IOException {
        return new FakeExecServer(
                true,
                out -> out.write("HTTP/1.1 %d No\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(status, body.length(), body)
                        .getBytes(StandardCharsets.US_ASCII)));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** The head of the request. */
    String asked() {
        return asked.join();
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) head.write(in.read());
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static String accepted(String request) throws Exception {
        var key = KEY.matcher(request);
        if (!key.find()) throw new IOException("no key in " + request);
        var digest =
                MessageDigest.getInstance("SHA-1").digest((key.group(1) + GUID).getBytes(StandardCharsets.US_ASCII));
        return """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Protocol: v4.channel.k8s.io\r
                Sec-WebSocket-Accept: %s\r
                \r
                """.formatted(Base64.getEncoder().encodeToString(digest));
    }

    /** A frame (RFC 6455, section 5.2) of a binary message, its first byte the channel. */
    static byte[] message(int channel, String text) {
        return frame(0x82, (char) channel + text);
    }

    /** @param first its first byte: whether it is the last of its message, and what it is */
    static byte[] frame(int first, String payload) {
        var bytes = payload.getBytes(StandardCharsets.UTF_8);
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        if (bytes.length < 126) {
            frame.write(bytes.length);
        } else {
            frame.write(126);
            frame.write(bytes.length >> 8);
            frame.write(bytes.length);
        }
        frame.writeBytes(bytes);
        return frame.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
