package io.smarter.tunnel;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Asks webhooks, one HTTPS request each: those outside at their URL, those of a service at one of its pods, through the
 * tunnel of the pod's gateway. Safe for use by many threads.
 */
public final class WebhookClient {
    private static final int LONGEST_ANSWER = 3 << 20;
    private static final int SHOWN = 256;

    /** So many may be asked at a time; the server answers other requests beside them. */
    private static final int MOST_CALLS = 400;

    private final ProxyObjects objects;
    private final Tunnels tunnels;
    private final ProxyServices services;
    private final Semaphore calls = new Semaphore(MOST_CALLS);

    public WebhookClient(ProxyObjects objects, Tunnels tunnels) {
        this.objects = objects;
        this.tunnels = tunnels;
        this.services = new ProxyServices(objects, tunnels);
    }

    /**
     * What a webhook answers to a question.
     *
     * @throws IOException if it does not, or not in time; the message says which one and why
     */
    public Json.Obj ask(WebhookEndpoint endpoint, Json.Obj question, Duration timeout) throws IOException {
        var target = endpoint.url() + "?timeout=" + timeout.toSeconds() + "s";
        if (!calls.tryAcquire())
            throw new IOException("Post \"%s\": too many webhooks are being asked".formatted(target));
        var answer = new CompletableFuture<Json.Obj>();
        var thread = Thread.ofVirtual().name("webhook").start(() -> {
            try {
                answer.complete(exchanged(endpoint, question, timeout));
            } catch (IOException | InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                calls.release();
            }
        });
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("Post \"%s\": context deadline exceeded".formatted(target), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Post \"%s\": context canceled".formatted(target), e);
        } catch (ExecutionException e) {
            throw new IOException("Post \"%s\": %s".formatted(target, why(e)), e);
        } finally {
            thread.interrupt(); // closes a connection that it still waits for
        }
    }

    private static String why(ExecutionException failure) {
        var cause = failure.getCause();
        if (cause == null) return String.valueOf(failure.getMessage());
        if (cause instanceof SSLHandshakeException)
            return "tls: failed to verify certificate: x509: " + cause.getMessage();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private Json.Obj exchanged(WebhookEndpoint endpoint, Json.Obj question, Duration timeout)
            throws IOException, InterruptedException {
        var service = endpoint.service();
        if (service == null) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), (int) timeout.toMillis());
                return posted(
                        ProxyTls.verified(socket, endpoint.tls(), endpoint.host(), endpoint.port()),
                        endpoint,
                        question,
                        timeout);
            }
        }
        try {
            var pod = services.pick(found(service), service.textOrEmpty("name"), Integer.toString(endpoint.port()));
            try (var connection = ProxyConnection.open(tunnels, new StreamTarget(pod.pod()), pod.port())) {
                return posted(
                        ProxyTls.verified(connection, endpoint.tls(), endpoint.host(), endpoint.port()),
                        endpoint,
                        question,
                        timeout);
            }
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Json.Obj found(Json.Obj service) throws IOException {
        var name = service.textOrEmpty("name");
        return objects.find(Resource.SERVICES, service.textOrEmpty("namespace"), name)
                .orElseThrow(() -> new IOException("service \"%s\" not found".formatted(name)));
    }

    private static Json.Obj posted(ProxyTls connection, WebhookEndpoint endpoint, Json.Obj question, Duration timeout)
            throws IOException {
        var body = question.bytes();
        var head = """
                POST %s?timeout=%ds HTTP/1.1\r
                Host: %s:%d\r
                User-Agent: smarter-admission\r
                Content-Type: application/json\r
                Accept: application/json\r
                Content-Length: %d\r
                Connection: close\r
                \r
                """.formatted(endpoint.path(), timeout.toSeconds(), endpoint.host(), endpoint.port(), body.length);
        var out = connection.out();
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
        var answer = ProxyAnswer.read(new java.io.BufferedInputStream(connection.in()), "POST");
        var text = answer.body().readNBytes(LONGEST_ANSWER + 1);
        if (text.length > LONGEST_ANSWER) throw new IOException("the answer is longer than " + LONGEST_ANSWER);
        if (answer.status() != 200) throw new IOException(refused(answer.status(), text));
        try {
            if (Json.parse(text) instanceof Json.Obj object) return object;
        } catch (JsonException e) {
            throw new IOException("the answer is not JSON: " + e.getMessage(), e);
        }
        throw new IOException("the answer is no JSON object");
    }

    private static String refused(int status, byte[] text) {
        var shown = new String(text, 0, Math.min(SHOWN, text.length), StandardCharsets.UTF_8).strip();
        if (status == 404) return "the server could not find the requested resource";
        return "an error on the server (\"%s\") has prevented the request from succeeding (status %d)"
                .formatted(shown.replace('\n', ' '), status);
    }
}
