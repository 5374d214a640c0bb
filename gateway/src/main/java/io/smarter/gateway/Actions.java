package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Probe.Action;
import io.smarter.api.Version;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.ExecSyncResponse;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Sockets;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Does what probes and hooks ask for: to a container of a pod that has an address. */
record Actions(ContainerRuntime runtime, Container container, String id, String address) {
    private static final int LONGEST_LINE = 1024;
    private static final int LONGEST_NAME = 127;
    private static final byte SERVING = 1;

    /** The outcome of an action. */
    sealed interface Outcome {
        /** Why it did not go well; null if it did. */
        default @Nullable String failure() {
            return switch (this) {
                case Good _ -> null;
                case Bad(var message) -> message;
                case Unknown(var message) -> message;
            };
        }

        record Good() implements Outcome {}

        record Bad(String message) implements Outcome {}

        /** Nobody can tell, since the runtime does not answer. */
        record Unknown(String message) implements Outcome {}
    }

    Outcome run(Action action, Duration timeout) throws InterruptedException {
        try {
            return switch (action) {
                case Action.Exec exec -> exec(exec, timeout);
                case Action.Http(var definition) -> http(definition, timeout);
                case Action.Tcp(var definition) -> tcp(definition, timeout);
                case Action.Sleep(var time) -> {
                    Thread.sleep(time.compareTo(timeout) > 0 ? timeout : time);
                    yield new Outcome.Good();
                }
                case Action.Grpc(var definition) -> grpc(definition, timeout);
                case Action.None _ -> new Outcome.Good();
            };
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Bad(String.valueOf(e.getMessage()));
        }
    }

    private Outcome exec(Action.Exec exec, Duration timeout) throws IOException {
        ExecSyncResponse result;
        try {
            result = runtime.run(id, exec.command(), timeout);
        } catch (CriException e) {
            if (e.code() != CriException.Code.DEADLINE_EXCEEDED) return new Outcome.Unknown(CriRuntime.message(e));
            return new Outcome.Bad("command timed out: \"%s\" timed out after %ds"
                    .formatted(String.join(" ", exec.command()), timeout.toSeconds()));
        }
        if (result.getExitCode() == 0) return new Outcome.Good();
        var output = result.getStdout().concat(result.getStderr());
        return new Outcome.Bad(output.substring(0, Math.min(LONGEST_LINE, output.size()))
                .toStringUtf8()
                .strip());
    }

    private Outcome tcp(Json.Obj definition, Duration timeout) throws IOException {
        try (var socket = connect(definition, timeout)) {
            return socket.isConnected() ? new Outcome.Good() : new Outcome.Bad("not connected");
        }
    }

    private Outcome http(Json.Obj definition, Duration timeout) throws IOException {
        boolean tls = "HTTPS".equals(definition.text("scheme"));
        try (var raw = connect(definition, timeout);
                var socket = tls ? secure(raw) : raw) {
            socket.getOutputStream().write(request(definition).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            if (!line.startsWith("HTTP/1.") || line.length() < 12) return new Outcome.Bad("malformed HTTP response");
            int status = Integer.parseInt(line.substring(9));
            if (status >= 200 && status < 400) return new Outcome.Good();
            return new Outcome.Bad("HTTP probe failed with statuscode: " + status);
        }
    }

    /** Asks the gRPC health service (grpc.health.v1.Health/Check), in plain HTTP/2. */
    private Outcome grpc(Json.Obj definition, Duration timeout) throws IOException {
        int port = port(definition);
        var service = definition.textOrEmpty("service").getBytes(StandardCharsets.UTF_8);
        if (service.length > LONGEST_NAME) return new Outcome.Bad("service: name is too long");
        var watch = new Thread[1];
        try (var connection = Http2Connection.client(Sockets.tcp(address, port))) {
            watch[0] = Thread.ofVirtual().start(() -> closeAfter(connection, timeout));
            var headers =
                    Headers.of("host", address + ":" + port, "content-type", "application/grpc", "te", "trailers");
            var answer = connection.send("POST", "/grpc.health.v1.Health/Check", headers, check(service), LONGEST_LINE);
            var body = answer.body();
            boolean serving = body.length == 7 && body[5] == 8 && body[6] == SERVING;
            if (answer.ok() && serving) return new Outcome.Good();
            return new Outcome.Bad(
                    "service unhealthy (responded with HTTP %d and %d bytes)".formatted(answer.status(), body.length));
        } finally {
            if (watch[0] != null) watch[0].interrupt();
        }
    }

    private static void closeAfter(Http2Connection connection, Duration timeout) {
        try {
            Thread.sleep(timeout);
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One uncompressed gRPC message: HealthCheckRequest with its field 1, the service. */
    private static byte[] check(byte[] service) {
        int length = service.length == 0 ? 0 : service.length + 2;
        var message = ByteBuffer.allocate(5 + length).put((byte) 0).putInt(length);
        if (length > 0) message.put((byte) 10).put((byte) service.length).put(service);
        return message.array();
    }

    private String request(Json.Obj definition) {
        var path = definition.textOrEmpty("path");
        var request = new StringBuilder("GET ")
                .append(path.startsWith("/") ? path : "/" + path)
                .append(" HTTP/1.1\r\n");
        boolean host = false;
        boolean agent = false;
        for (var header : definition.items("httpHeaders")) {
            var name = header.textOrEmpty("name");
            host |= name.equalsIgnoreCase("Host");
            agent |= name.equalsIgnoreCase("User-Agent");
            request.append(line(name))
                    .append(": ")
                    .append(line(header.textOrEmpty("value")))
                    .append("\r\n");
        }
        if (!host)
            request.append("Host: ")
                    .append(address)
                    .append(':')
                    .append(port(definition))
                    .append("\r\n");
        if (!agent)
            request.append("User-Agent: kube-probe/").append(Version.NUMBER).append("\r\n");
        return request.append("Accept: */*\r\nConnection: close\r\n\r\n").toString();
    }

    private static String line(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private Socket connect(Json.Obj definition, Duration timeout) throws IOException {
        var host = definition.textOrEmpty("host").isEmpty() ? address : definition.textOrEmpty("host");
        int port = port(definition);
        var socket = new Socket();
        try {
            int millis = (int) timeout.toMillis();
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(host, port), millis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("dial tcp %s:%d: %s".formatted(host, port, e.getMessage()), e);
        }
    }

    private int port(Json.Obj definition) {
        if (definition.get("port") instanceof Json.Num number) return (int) number.asLong();
        var name = definition.textOrEmpty("port");
        for (var port : container.ports()) {
            if (name.equals(port.text("name"))) return (int) port.number(0, "containerPort");
        }
        return Integer.parseInt(name);
    }

    /** Probes ask whether something answers, not who: any certificate will do, as with the kubelet. */
    private static Socket secure(Socket raw) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return context.getSocketFactory().createSocket(raw, "probe", raw.getPort(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not usable: " + e.getMessage(), e);
        }
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
