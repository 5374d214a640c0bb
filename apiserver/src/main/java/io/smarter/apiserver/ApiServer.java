package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.Resource;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The Kubernetes API over a store. Each request is authenticated by its client certificate, authorized, and answered by
 * the verb and the type that its URL names; what fails is answered with a Status. Safe for use by many threads.
 */
public final class ApiServer implements Handler, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final int MAX_IN_FLIGHT = 800;
    private static final long HEALTHY_LAG_MILLIS = 2000;
    private static final List<String> IMPERSONATION =
            List.of("impersonate-user", "impersonate-group", "impersonate-uid");

    private final Store store;
    private final Routes routes = new Routes();
    private final Types types;
    private final Discovery discovery;
    private final Authorization authorization;
    private final WatchHub hub;
    private final Verbs verbs;
    private final EventExpiry expiry;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

    /**
     * Opens the API over a store, and makes the namespaces that must exist.
     *
     * @param others handlers for paths that are no API of ours, each with all that is below its path; they decide by
     *     themselves whom they answer
     */
    public ApiServer(Store store, Pki pki, Tunnels tunnels, Map<String, Handler> others, Clock clock) {
        this.store = store;
        others.forEach(routes::path);
        var schema = Schema.load();
        types = new Types(schema);
        discovery = new Discovery(types);
        var registry = new Registry(store);
        var nodePods = new NodePods();
        var pods = type(Resource.PODS);
        nodePods.load(store, pods);
        hub = new WatchHub(store, types.all(), Map.of(pods, nodePods::changed));
        authorization = new Authorization(registry, nodePods, hub);
        var namespaces = new Namespaces(registry, type(Resource.NAMESPACES));
        namespaces.makeInitial(clock.instant());
        var lists = new Lists(registry, nodePods, hub);
        verbs = new Verbs(lists, hub, new Admission(namespaces, clock), types, clock);
        var openApi = new OpenApi(schema, types.all());
        routes.path("/openapi", exchange -> {
            identified(exchange);
            openApi.handle(exchange);
        });
        reviews();
        route(new JoinHandlers(pki, store, clock), tunnels);
        expiry = EventExpiry.start(store, type(Resource.EVENTS), clock);
    }

    private void reviews() {
        var whoAmI = type(Types.SUBJECT_REVIEWS).kind();
        var canI = type(Types.ACCESS_REVIEWS).kind();
        var rules = type(Types.RULES_REVIEWS).kind();
        routes.path(SelfReviews.SUBJECT, exchange -> SelfReviews.subject(exchange, identified(exchange), whoAmI));
        routes.path(SelfReviews.ACCESS, exchange -> SelfReviews.access(exchange, identified(exchange), canI));
        routes.path(SelfReviews.RULES, exchange -> SelfReviews.rules(exchange, identified(exchange), rules));
    }

    private void route(JoinHandlers joins, Tunnels tunnels) {
        routes.path("/join", joins::join).path("/renew", joins::renew).path("/tunnel", tunnels::handle);
        routes.type("jointokens", joins::createToken);
        var streams = new Streams(tunnels);
        for (var below : List.of("log", "exec", "attach", "portforward"))
            routes.below("pods", below, (exchange, pod) -> streams.handle(exchange, pod, below));
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        try {
            route(exchange);
        } catch (StatusException e) {
            Answers.send(exchange, e.status());
        } catch (InterruptedException | IOException e) {
            throw e; // the client has gone
        } catch (RuntimeException e) {
            LOG.log(ERROR, "request failed {method=%s, path=%s}".formatted(exchange.method(), exchange.path()), e);
            Answers.send(exchange, Status.internal(String.valueOf(e.getMessage())));
        }
    }

    /** Ends the subscription to the store, which stays open. */
    @Override
    public void close() {
        expiry.close();
        hub.close();
    }

    private void route(Exchange exchange) throws Exception {
        var path = exchange.path();
        switch (path) {
            case "/healthz", "/livez", "/readyz" -> {
                health(exchange);
                return;
            }
            case "/version", "/version/" -> {
                Answers.send(exchange, 200, Version.json());
                return;
            }
            default -> {}
        }
        var other = routes.forPath(path);
        if (other != null) {
            other.handle(exchange);
            return;
        }
        var subject = identified(exchange);
        boolean reads = exchange.method().equals("GET");
        if (reads && path.equals("/"))
            Answers.send(exchange, 200, Json.obj("paths", Json.arr("/api", "/apis", "/version")));
        else if (!reads || !discovery.handle(exchange, trimmed(path))) objects(exchange, subject);
    }

    /** Well is a server whose watches hear of every write. */
    private void health(Exchange exchange) throws IOException {
        boolean well = hub.awaitTold(store.revision(), HEALTHY_LAG_MILLIS);
        var text = well ? "ok" : "watches are behind the store";
        exchange.respond(
                well ? 200 : 500, Headers.of("content-type", "text/plain"), text.getBytes(StandardCharsets.UTF_8));
    }

    private void objects(Exchange exchange, PkiSubject subject) throws Exception {
        var path = RequestPath.parse(exchange.path());
        if (path == null) throw Status.noSuchPath().error();
        var type = types.find(path.group(), path.version(), path.plural());
        if (type == null) throw Status.noSuchPath().error();
        var request = request(exchange, subject, type, path);
        if (request.verb().equals("watch")) {
            authorization.check(request);
            verbs.handle(request);
            return;
        }
        var below = routes.forSubresource(path.plural(), path.subresource());
        if (below != null && type.subresource(path.subresource()) != null) {
            authorization.check(request);
            below.handle(exchange, verbs.get(request).tree());
            return;
        }
        if (!inFlight.tryAcquire()) throw Status.tooManyRequests().error();
        try {
            authorization.check(request);
            var handler = routes.forType(path.plural());
            if (handler != null && type.folder().isEmpty()) handler.handle(exchange);
            else verbs.handle(request);
        } finally {
            inFlight.release();
        }
    }

    private static ApiRequest request(Exchange exchange, PkiSubject subject, ApiType type, RequestPath path) {
        var resource = type.resource();
        if (!resource.namespaced() && !path.namespace().isEmpty()
                || resource.namespaced()
                        && path.namespace().isEmpty()
                        && !path.name().isEmpty()) throw Status.noSuchPath().error();
        var below = type.subresource(path.subresource());
        if (!path.subresource().isEmpty() && below == null)
            throw Status.noSuchPath().error();
        var verb = verb(exchange, path);
        var possible = below == null ? type.verbs() : below.verbs();
        boolean misplaced = verb.equals("create")
                && resource.namespaced()
                && path.namespace().isEmpty();
        if (!possible.contains(verb) || misplaced)
            throw Status.methodNotAllowed().error();
        return new ApiRequest(exchange, subject, verb, type, path.namespace(), path.name(), path.subresource());
    }

    private static String verb(Exchange exchange, RequestPath path) {
        boolean one = !path.name().isEmpty();
        boolean below = !path.subresource().isEmpty();
        boolean watch = exchange.query().flag("watch") && !below;
        return switch (exchange.method()) {
            case "GET" -> watch ? "watch" : one ? "get" : "list";
            case "POST" -> one && !below ? "" : "create";
            case "PUT" -> one ? "update" : "";
            case "PATCH" -> one ? "patch" : "";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> "";
        };
    }

    private static PkiSubject identified(Exchange exchange) {
        var subject =
                PkiSubject.of(exchange).orElseThrow(() -> Status.unauthorized().error());
        if (IMPERSONATION.stream().anyMatch(header -> exchange.headers().first(header) != null))
            throw Status.of(403, "Forbidden", "forbidden: this server lets nobody act as somebody else")
                    .error();
        return subject;
    }

    private ApiType type(Resource resource) {
        var type = types.find(resource.group(), resource.version(), resource.plural());
        if (type == null) throw new IllegalStateException("no type " + resource.plural());
        return type;
    }

    private static String trimmed(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
