package io.smarter.client;

import io.smarter.api.Resource;
import io.smarter.http.Headers;
import io.smarter.http.Http2Stream;
import io.smarter.http.Response;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one Kubernetes API server over one HTTP/2 connection. When the connection is lost, requests in flight fail
 * with an {@link IOException} and the next one dials again, after a wait that grows while dialling fails. Errors of the
 * server are {@link ApiException}s. Safe for use by many threads.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class ApiClient implements AutoCloseable {
    /** How long an answer may be, in bytes; lists can be asked for in pages. */
    public static final int MAX_RESPONSE = 32 << 20;

    /** A client that dials when the first request is made. */
    public ApiClient(ClientConfig config) {}

    public Json.Obj get(Resource resource, String namespace, String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All objects, of one namespace or of all when it is null; pages are joined. */
    public Listing list(Resource resource, @Nullable String namespace, ListOptions options) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Creates an object or, with a subresource, posts to it ({@code binding}, {@code eviction}); the reply is what the server stored. */
    public Json.Obj create(Resource resource, String namespace, Json.Obj object) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Replaces an object; name and namespace are its own. */
    public Json.Obj update(Resource resource, Json.Obj object) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Json.Obj updateStatus(Resource resource, Json.Obj object) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Json.Obj patch(
            Resource resource, String namespace, String name, PatchType type, Json body, String... subresource)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Server-side apply; name and namespace are the object's own. */
    public Json.Obj apply(Resource resource, Json.Obj object, String fieldManager, boolean force) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Deletes; the options are a DeleteOptions object, or empty. The reply is the object or a Status. */
    public Json.Obj delete(Resource resource, String namespace, String name, Json.Obj deleteOptions)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Events after a revision, for at most {@code timeout}. */
    public Watch watch(
            Resource resource,
            @Nullable String namespace,
            ListOptions options,
            String resourceVersion,
            Duration timeout)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Sends any request; an error status is a response like any other. */
    public Response raw(String method, String path, @Nullable String contentType, byte[] body) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Opens a request whose bodies the caller reads and writes. */
    public Http2Stream open(String method, String path, Headers headers, boolean endStream) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whether a connection to the server stands at this moment. */
    public boolean connected() {
        return false;
    }

    /** Closes the connection and every watch on it; later requests fail. */
    @Override
    public void close() {}
}
