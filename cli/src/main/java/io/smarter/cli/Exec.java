package io.smarter.cli;

import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A command that runs in a container of a pod, which the API server is asked for over a WebSocket. It is given no input. */
final class Exec {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final ClientConfig config;
    private final Duration patience;

    /** @param patience how long a command may take */
    Exec(ClientConfig config, Duration patience) {
        this.config = config;
        this.patience = patience;
    }

    /**
     * Runs it to its end.
     *
     * @throws IOException if it did not run; the message is the API server's
     */
    ExecOutput.Result run(String namespace, String pod, String container, List<String> command)
            throws IOException, InterruptedException {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        if (config.server().getScheme().equals("https")) client.sslContext(config.tls());
        try (var http = client.build()) {
            try {
                return run(http, target(namespace, pod, container, command));
            } finally {
                http.shutdownNow();
            }
        }
    }

    private ExecOutput.Result run(HttpClient http, URI target) throws IOException, InterruptedException {
        var answer = new Answer();
        var builder = http.newWebSocketBuilder()
                .connectTimeout(CONNECT)
                .subprotocols("v5.channel.k8s.io", "v4.channel.k8s.io");
        var authorization = config.authorization();
        if (authorization != null) builder.header("Authorization", authorization);
        var socket = await(builder.buildAsync(target, answer));
        try {
            await(answer.ended);
            return answer.output.result();
        } finally {
            socket.abort();
        }
    }

    private <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("it did not end within %d s".formatted(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof WebSocketHandshakeException refused) throw new IOException(message(refused), refused);
            if (cause instanceof IOException failed) throw new IOException(text(failed), failed);
            throw new IllegalStateException(cause);
        }
    }

    private static String text(IOException failed) {
        var text = failed.getMessage();
        return text == null ? failed.getClass().getSimpleName() : text;
    }

    /** What the API server said in place of a WebSocket. */
    private static String message(WebSocketHandshakeException refused) {
        var response = refused.getResponse();
        var status = "the API server answered %d".formatted(response.statusCode());
        try {
            var message =
                    response.body() instanceof String body ? Json.parse(body).textOrEmpty("message") : "";
            return message.isEmpty() ? status : message;
        } catch (JsonException _) {
            return status;
        }
    }

    private URI target(String namespace, String pod, String container, List<String> command) {
        var text = new StringBuilder(
                config.server().toString().replaceFirst("/*$", "").replaceFirst("^http", "ws"));
        text.append("/api/v1/namespaces/%s/pods/%s/exec?stdout=true&stderr=true".formatted(namespace, pod));
        text.append("&container=").append(encoded(container));
        for (var word : command) text.append("&command=").append(encoded(word));
        return URI.create(text.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Collects what comes until the API server closes. */
    private static final class Answer implements WebSocket.Listener {
        private final ExecOutput output = new ExecOutput();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            try {
                output.take(data, last);
                socket.request(1);
            } catch (IOException e) {
                ended.completeExceptionally(e);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            ended.completeExceptionally(failure);
        }
    }
}
