package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server of webhooks over HTTPS, which answers as the path says, and remembers what it was asked. */
final class TestWebhook implements AutoCloseable {
    private final HttpServer server;
    private final String authority;
    private final CountDownLatch ended = new CountDownLatch(1);
    final List<Json.Obj> asked = new CopyOnWriteArrayList<>();

    TestWebhook(Pki pki) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of()), this::handle);
        authority = Base64.getEncoder()
                .encodeToString(io.smarter.http.Pem.text(pki.authority()).getBytes(StandardCharsets.US_ASCII));
    }

    String authority() {
        return authority;
    }

    String url(String path) {
        return "https://127.0.0.1:" + server.address().getPort() + path;
    }

    int port() {
        return server.address().getPort();
    }

    /** The paths that were asked, one after the other. */
    List<String> paths() {
        return asked.stream().map(one -> one.textOrEmpty("path")).toList();
    }

    @Override
    public void close() {
        ended.countDown();
        server.close();
    }

    private void handle(Exchange exchange) throws Exception {
        var review = (Json.Obj) Json.parse(exchange.body(4 << 20));
        var path = exchange.path();
        asked.add(review.with("path", Json.of(path))
                .with("timeout", Json.of(exchange.query().first("timeout", ""))));
        var words = path.substring(1).split("/", 2);
        switch (words[0]) {
            case "slow" -> ended.await();
            case "broken" -> {
                exchange.respond(
                        500, Headers.of("content-type", "text/plain"), "no\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            case "text" -> {
                exchange.respond(
                        200, Headers.of("content-type", "text/plain"), "hello".getBytes(StandardCharsets.UTF_8));
                return;
            }
            case "long" -> {
                exchange.respond(200, Headers.of("content-type", "application/json"), new byte[4 << 20]);
                return;
            }
            default -> {}
        }
        var answer = words[0].equals("convert") ? converted(review, words[1]) : response(review, words);
        exchange.respond(200, Headers.of("content-type", "application/json"), answer.bytes());
    }

    private static Json.Obj response(Json.Obj review, String[] words) {
        var response = Json.obj("uid", review.text("request", "uid"), "allowed", true);
        response = switch (words[0]) {
            case "deny" ->
                response.with("allowed", Json.of(false))
                        .with("status", words.length > 1 ? Json.obj("message", words[1]) : Json.Obj.EMPTY);
            case "forbid" ->
                response.with("allowed", Json.of(false))
                        .with("status", Json.obj("code", 403, "reason", "Forbidden", "message", "no"));
            case "stranger" -> response.with("uid", Json.of("another"));
            case "warn" -> response.with("warnings", Json.arr("careful"));
            case "add" -> patched(response, add(review, words[1]));
            case "patch" ->
                patched(response, new String(Base64.getUrlDecoder().decode(words[1]), StandardCharsets.UTF_8));
            case "only" -> {
                var has = review.at("request", "object", "data", words[1]) != null;
                yield response.with("allowed", Json.of(has));
            }
            default -> response;
        };
        return Json.obj("apiVersion", review.text("apiVersion"), "kind", "AdmissionReview", "response", response);
    }

    private static String add(Json.Obj review, String key) {
        boolean empty = review.at("request", "object", "data") == null;
        return (empty ? "[{\"op\":\"add\",\"path\":\"/data\",\"value\":{}}," : "[")
                + "{\"op\":\"add\",\"path\":\"/data/%s\",\"value\":\"yes\"}]".formatted(key);
    }

    private static Json.Obj patched(Json.Obj response, String patch) {
        return response.with("patchType", Json.of("JSONPatch"))
                .with("patch", Json.of(Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8))));
    }

    /** Moves what v1 has in {@code spec.hostPort} to {@code spec.host} and {@code spec.port} of v2, and back. */
    private static Json.Obj converted(Json.Obj review, String how) {
        var wanted = review.textOrEmpty("request", "desiredAPIVersion");
        var converted = new java.util.ArrayList<Json>();
        for (var one : review.items("request", "objects")) {
            if (!(one instanceof Json.Obj object)) continue;
            var spec = object.object("spec");
            if (wanted.endsWith("/v2") && spec.has("hostPort")) {
                var parts = spec.textOrEmpty("hostPort").split(":", 2);
                spec = Json.obj("host", parts[0], "port", parts[1]);
            } else if (wanted.endsWith("/v1") && spec.has("host"))
                spec = Json.obj("hostPort", spec.textOrEmpty("host") + ":" + spec.textOrEmpty("port"));
            var made = object.with("apiVersion", Json.of(wanted)).with("spec", spec);
            converted.add(how.equals("renamed") ? made.withAt(Json.of("other"), "metadata", "name") : made);
        }
        if (how.equals("fewer") && !converted.isEmpty()) converted.removeLast();
        var result = how.equals("refuse")
                ? Json.obj("status", "Failure", "message", "cannot convert this")
                : Json.obj("status", "Success");
        return Json.obj(
                "apiVersion", review.text("apiVersion"),
                "kind", "ConversionReview",
                "response",
                        Json.obj(
                                "uid", review.text("request", "uid"), "convertedObjects", converted, "result", result));
    }
}
