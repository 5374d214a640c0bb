package io.smarter.client;

import io.smarter.api.Resource;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Http2Stream;
import io.smarter.http.Response;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one Kubernetes API server over one HTTP/2 connection. When the connection is lost, requests in flight fail
 * with an {@link IOException} and the next one dials again, after a wait that grows while dialling fails. Errors of the
 * server are {@link ApiException}s. The namespace of a cluster-scoped object is the empty string. Safe for use by many
 * threads.
 */
public final class ApiClient implements AutoCloseable {
    /** How long an answer may be, in bytes; lists can be asked for in pages. */
    public static final int MAX_RESPONSE = 32 << 20;

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final byte[] NONE = new byte[0];

    private final ClientConfig config;
    private final Connector connector;
    private final String authority;

    /** A client that dials when the first request is made. */
    public ApiClient(ClientConfig config) {
        this.config = config;
        this.connector = new Connector(config);
        this.authority = config.server().getRawAuthority();
    }

    public ClientConfig config() {
        return config;
    }

    public Json.Obj get(Resource resource, String namespace, String name) throws IOException {
        return object("GET", object(resource, namespace, name), null, NONE);
    }

    /** All objects, of one namespace or of all when it is null; pages are joined. */
    public Listing list(Resource resource, @Nullable String namespace, ListOptions options) throws IOException {
        var items = new ArrayList<Json.Obj>();
        String more = null;
        while (true) {
            var target = collection(resource, namespace, options)
                    .parameter("limit", options.pageSize() == 0 ? null : Integer.toString(options.pageSize()))
                    .parameter("continue", more);
            var page = object("GET", target, null, NONE);
            for (var item : page.items("items")) {
                if (item instanceof Json.Obj object) items.add(typed(object, resource));
            }
            more = page.text("metadata", "continue");
            if (more == null || more.isEmpty())
                return new Listing(items, page.textOrEmpty("metadata", "resourceVersion"));
        }
    }

    /** Creates an object; the reply is what the server stored. */
    public Json.Obj create(Resource resource, String namespace, Json.Obj object) throws IOException {
        return object("POST", new Target(resource.path(namespace)), "application/json", object.bytes());
    }

    /** Creates what is below an object, such as {@code token} of a service account; the reply is what the server made. */
    public Json.Obj create(Resource resource, String namespace, String name, String subresource, Json.Obj object)
            throws IOException {
        var target = object(resource, namespace, name).segment(subresource);
        return object("POST", target, "application/json", object.bytes());
    }

    /** Replaces an object; name and namespace are its own. */
    public Json.Obj update(Resource resource, Json.Obj object) throws IOException {
        return object("PUT", itself(resource, object), "application/json", object.bytes());
    }

    public Json.Obj updateStatus(Resource resource, Json.Obj object) throws IOException {
        return object("PUT", itself(resource, object).segment("status"), "application/json", object.bytes());
    }

    public Json.Obj patch(
            Resource resource, String namespace, String name, PatchType type, Json body, String... subresource)
            throws IOException {
        var target = object(resource, namespace, name);
        for (var part : subresource) target.segment(part);
        return object("PATCH", target, type.mediaType(), body.bytes());
    }

    /** Server-side apply; name and namespace are the object's own. */
    public Json.Obj apply(Resource resource, Json.Obj object, String fieldManager, boolean force) throws IOException {
        var target = itself(resource, object)
                .parameter("fieldManager", fieldManager)
                .parameter("force", force ? "true" : null);
        return object("PATCH", target, PatchType.APPLY.mediaType(), object.bytes());
    }

    /** Deletes; the options are a DeleteOptions object, or empty. The reply is the object or a Status. */
    public Json.Obj delete(Resource resource, String namespace, String name, Json.Obj deleteOptions)
            throws IOException {
        boolean plain = deleteOptions.members().isEmpty();
        return object(
                "DELETE",
                object(resource, namespace, name),
                plain ? null : "application/json",
                plain ? NONE : deleteOptions.bytes());
    }

    /** Events after a revision, for at most {@code timeout}. */
    public Watch watch(
            Resource resource,
            @Nullable String namespace,
            ListOptions options,
            String resourceVersion,
            Duration timeout)
            throws IOException {
        var target = collection(resource, namespace, options)
                .parameter("watch", "true")
                .parameter("allowWatchBookmarks", "true")
                .parameter("resourceVersion", resourceVersion)
                .parameter("timeoutSeconds", Long.toString(Math.max(1, timeout.toSeconds())));
        return watch(target.toString());
    }

    /** Events that the server tells at a path, in the form of a watch's. */
    public Watch watch(String path) throws IOException {
        var stream = open("GET", path, Headers.of("accept", "application/json"), true);
        try {
            int status = answer(stream);
            if (status == 200) return new Watch(stream);
            throw error(status, stream.in().readNBytes(MAX_RESPONSE));
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    /** Sends any request; an error status is a response like any other. */
    public Response raw(String method, String path, @Nullable String contentType, byte[] body) throws IOException {
        var headers = Headers.of("accept", "application/json");
        if (contentType != null) headers.add("content-type", contentType);
        try (var stream = open(method, path, headers, body.length == 0)) {
            if (body.length > 0) stream.send(body);
            int status = answer(stream);
            return new Response(status, stream.headers(), stream.body(MAX_RESPONSE));
        }
    }

    /** Opens a request whose bodies the caller reads and writes. */
    public Http2Stream open(String method, String path, Headers headers, boolean endStream) throws IOException {
        var own = Headers.of("host", authority, "user-agent", "smarter");
        var authorization = config.authorization();
        if (authorization != null) own.add("authorization", authorization);
        headers.forEach(own::add);
        return connector.get().open(method, path, own, endStream);
    }

    /** Whether a connection to the server stands at this moment. */
    public boolean connected() {
        return connector.open() != null;
    }

    /**
     * Makes sure that the server is there, dialling if need be. A connection that gives no sign of life in time is
     * closed, which ends every request and watch on it.
     */
    public void ping(Duration timeout) throws IOException {
        ping(connector.get(), timeout);
    }

    /** Closes the connection and every watch on it; later requests fail. */
    @Override
    public void close() {
        connector.close();
    }

    /** Waits for an answer, but not for one over a dead connection. */
    private int answer(Http2Stream stream) throws IOException {
        try {
            int status = stream.status(ANSWER);
            learn(stream);
            return status;
        } catch (SocketTimeoutException e) {
            var connection = connector.open();
            if (connection != null) ping(connection, SIGN_OF_LIFE);
            throw new IOException("%s gave no answer within %s".formatted(config.server(), ANSWER), e);
        }
    }

    /** Takes the time from an answer. */
    void learn(Http2Stream answer) throws IOException {
        var times = config.times();
        if (times != null) times.told(answer.headers().first("date", ""));
    }

    private static void ping(Http2Connection connection, Duration timeout) throws IOException {
        try {
            connection.ping(timeout);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private Json.Obj object(String method, Target target, @Nullable String contentType, byte[] body)
            throws IOException {
        var response = raw(method, target.toString(), contentType, body);
        if (!response.ok()) throw error(response.status(), response.body());
        try {
            if (Json.parse(response.body()) instanceof Json.Obj object) return object;
        } catch (JsonException e) {
            throw new IOException("%s %s: answer is not JSON: %s".formatted(method, target, e.getMessage()), e);
        }
        throw new IOException("%s %s: answer is not an object".formatted(method, target));
    }

    /** The error that an answer tells of, whether or not it is a Status. */
    static ApiException error(int code, byte[] body) {
        Json status = Json.Obj.EMPTY;
        try {
            status = Json.parse(body);
        } catch (JsonException _) {
            // some proxy's page: the code must do
        }
        return error(code, status);
    }

    static ApiException error(int code, Json status) {
        var message = status.textOrEmpty("message");
        return new ApiException(
                code, status.textOrEmpty("reason"), message.isEmpty() ? "server answered " + code : message, status);
    }

    /** Items of a list carry no kind of their own; give them theirs, so that each stands for itself. */
    private static Json.Obj typed(Json.Obj item, Resource resource) {
        if (item.has("kind") && item.has("apiVersion")) return item;
        return item.with("apiVersion", Json.of(resource.apiVersion())).with("kind", Json.of(resource.kind()));
    }

    private static Target object(Resource resource, String namespace, String name) {
        return new Target(resource.path(namespace)).segment(name);
    }

    private static Target itself(Resource resource, Json.Obj object) {
        return object(resource, object.textOrEmpty("metadata", "namespace"), object.textOrEmpty("metadata", "name"));
    }

    private static Target collection(Resource resource, @Nullable String namespace, ListOptions options) {
        var path = namespace == null || namespace.isEmpty() ? resource.path() : resource.path(namespace);
        return new Target(path)
                .parameter("labelSelector", options.labelSelector())
                .parameter("fieldSelector", options.fieldSelector());
    }
}
