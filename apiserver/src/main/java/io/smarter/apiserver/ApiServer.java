package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.api.User;
import io.smarter.auth.AccountSecrets;
import io.smarter.auth.AccountTokens;
import io.smarter.auth.Attributes;
import io.smarter.auth.Authentication;
import io.smarter.auth.Authorization;
import io.smarter.auth.CertificateSigner;
import io.smarter.auth.Impersonation;
import io.smarter.auth.IssuerDiscovery;
import io.smarter.auth.NodeAuthorizer;
import io.smarter.auth.RbacAggregation;
import io.smarter.auth.RbacIndex;
import io.smarter.auth.Reviews;
import io.smarter.auth.TokenRequests;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.openapi.Discovery;
import io.smarter.openapi.OpenApi;
import io.smarter.pki.Pki;
import io.smarter.quota.LimitRanges;
import io.smarter.quota.Quotas;
import io.smarter.requests.Answers;
import io.smarter.requests.RequestPath;
import io.smarter.schema.Schema;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Change;
import io.smarter.storage.CustomTypes;
import io.smarter.storage.Lists;
import io.smarter.storage.NodePods;
import io.smarter.storage.Registry;
import io.smarter.storage.WatchHub;
import io.smarter.store.Store;
import io.smarter.store.StoreException;
import io.smarter.tunnel.AgentNews;
import io.smarter.tunnel.GatewayUsage;
import io.smarter.tunnel.JoinHandlers;
import io.smarter.tunnel.Proxy;
import io.smarter.tunnel.Streams;
import io.smarter.tunnel.Tunnels;
import io.smarter.tunnel.WebhookClient;
import io.smarter.types.ApiType;
import io.smarter.types.DataTypes;
import io.smarter.types.Types;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes API over a store. Each request is authenticated, authorized, and answered by the verb and the type that
 * its URL names; what fails is answered with a Status. Safe for use by many threads.
 */
public final class ApiServer implements Handler, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final int MAX_IN_FLIGHT = 800;
    private static final long HEALTHY_LAG_MILLIS = 2000;
    private static final long CATCH_UP_MILLIS = 500;

    private final Store store;
    private final Routes routes = new Routes();
    private final Types types;
    private final Discovery discovery;
    private final Authentication authentication;
    private final Authorization authorization;
    private final Impersonation impersonation;
    private final WatchHub hub;
    private final Verbs verbs;
    private final EventExpiry expiry;
    private final CertificateSigner signer;
    private final RbacAggregation aggregation;
    private final AccountSecrets secrets;
    private final ApiServices services;
    private final Quotas quotas;
    private final AdmissionGate gate;
    private final FlowControl flows;
    private final Metrics metrics;
    private final Definitions definitions;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

    /**
     * Opens the API over a store, and makes the namespaces that must exist.
     *
     * @param others handlers for paths that are no API of ours, each with all that is below its path; they decide by
     *     themselves whom they answer
     */
    public ApiServer(Store store, Pki pki, Tunnels tunnels, Map<String, Handler> others, Clock clock) {
        this(store, pki, tunnels, others, clock, JoinHandlers.USUAL_GRACE);
    }

    /** @param renewable for how long after its end a node's certificate can be renewed */
    public ApiServer(
            Store store, Pki pki, Tunnels tunnels, Map<String, Handler> others, Clock clock, Duration renewable) {
        this.store = store;
        others.forEach(routes::path);
        var schema = Schema.load();
        types = new Types(schema);
        discovery = new Discovery(types, schema);
        var registry = new Registry(store);
        var nodePods = new NodePods();
        var pods = types.of(Resource.PODS);
        nodePods.load(store, pods);
        var index = new RbacIndex();
        aggregation = RbacAggregation.of(registry, types.of(Types.CLUSTER_ROLES));
        var conversions = new Conversions();
        var custom = new CustomTypes(types, schema, conversions, store, types.of(Types.DEFINITIONS));
        var tokens = new AccountTokens(registry, types, pki.accountKey(), clock);
        secrets = new AccountSecrets(registry, types.of(Resource.SECRETS), tokens, Pem.text(pki.authority()));
        signer = new CertificateSigner(registry, types.of(Types.CERTIFICATE_REQUESTS), pki, clock);
        services = new ApiServices(registry, types, clock);
        var told = told(
                index,
                Map.of(
                        types.of(Types.CERTIFICATE_REQUESTS),
                        signer::changed,
                        pods,
                        nodePods::changed,
                        types.of(Resource.SECRETS),
                        secrets::secret,
                        types.of(Types.SERVICE_ACCOUNTS),
                        secrets::account));
        var limitRanges = new LimitRanges();
        limitRanges.load(store, types.of(LimitRanges.RESOURCE));
        told.put(types.of(LimitRanges.RESOURCE), limitRanges::changed);
        quotas = new Quotas(registry, types, clock);
        quotas.load();
        flows = new FlowControl(registry, types, clock);
        metrics = new Metrics(() -> MAX_IN_FLIGHT - inFlight.availablePermits(), () -> flows.seats(MAX_IN_FLIGHT));
        told.put(types.of(DataTypes.FLOW_SCHEMAS), _ -> flows.changed());
        told.put(types.of(DataTypes.PRIORITY_LEVELS), _ -> flows.changed());
        var agentNews = new AgentNews(tunnels);
        told.put(types.of(Resource.NODES), change -> {
            var before = change.before();
            var now = change.now();
            if (before != null && now != null) agentNews.changed(before.tree(), now.tree());
        });
        var registering = List.of(Types.DEFINITIONS, Resource.SERVICES, Types.API_SERVICES);
        var hooks = new AdmissionHooks();
        hooks.load(store, types);
        hub = new WatchHub(store, types, (type, change) -> {
            if (AdmissionHooks.configures(type)) hooks.changed(change);
            told.getOrDefault(type, other -> custom.changed(type, other)).accept(change);
            quotas.changed(type, change);
            if (registering.contains(type.resource())) services.changed();
        });
        authorization = new Authorization(registry, hub, index, new NodeAuthorizer(registry, types, nodePods, hub));
        impersonation = new Impersonation(authorization);
        authentication = new Authentication(tokens);
        new InitialObjects(registry, types, clock).make(new ServerEndpoints(URI.create(pki.address())));
        aggregation.start();
        secrets.start();
        services.start();
        quotas.start();
        flows.start();
        var namespaces = new Namespaces(registry, types.of(Resource.NAMESPACES));
        var lists = new Lists(registry, nodePods, hub);
        var podAdmission = new PodAdmission(registry, hub, types);
        var sources = new AdmissionSources(types, lists, authorization);
        hooks.onPolicy(new PolicyStatus(registry, sources)::changed);
        Supplier<WebhookClient> client = () -> new WebhookClient(new StoredObjects(lists, types), tunnels);
        conversions.start(client);
        gate = new AdmissionGate(hooks, sources, client);
        var admission = new Admission(namespaces, podAdmission, limitRanges, authorization, gate, clock);
        verbs = new Verbs(lists, admission, new Changes(registry, types, quotas, hub), types, clock);
        documents(new OpenApi(schema, types), new IssuerDiscovery(pki));
        routes.document(OwnerFeed.PATH, new OwnerFeed(store, hub, types));
        accounts(tokens);
        routes.type(Types.COMPONENT_STATUSES.plural(), new ComponentStatuses(store, clock)::handle);
        Predicate<String> isMember =
                name -> registry.find(types.of(Resource.NODES), "", name).isPresent();
        route(new JoinHandlers(pki, store, clock, new JoinHandlers.Late(renewable, isMember)), tunnels);
        proxies(lists, tunnels);
        metrics(lists, tunnels, clock);
        signer.start(authorization);
        expiry = EventExpiry.start(store, types.of(Resource.EVENTS), clock);
        definitions = Definitions.start(custom, registry, types.of(Types.DEFINITIONS), hub, clock);
    }

    /** Who is told of changes of roles and bindings besides others. */
    private Map<ApiType, Consumer<Change>> told(RbacIndex index, Map<ApiType, Consumer<Change>> others) {
        var told = new HashMap<>(others);
        for (var resource :
                List.of(Types.ROLES, Types.ROLE_BINDINGS, Types.CLUSTER_ROLES, Types.CLUSTER_ROLE_BINDINGS)) {
            var type = types.of(resource);
            index.load(store, type);
            told.put(type, index::changed);
        }
        told.put(types.of(Types.CLUSTER_ROLES), change -> {
            index.changed(change);
            aggregation.changed();
        });
        return told;
    }

    private void documents(OpenApi openApi, IssuerDiscovery issuer) {
        routes.document("/openapi", openApi)
                .document(IssuerDiscovery.CONFIGURATION, issuer::configuration)
                .document(IssuerDiscovery.KEYS, issuer::keys)
                .document("/metrics", metrics::answer)
                .document("/version", exchange -> Answers.send(exchange, 200, VersionDocument.json()));
        var health = new Health(() -> store.revision() > 0, () -> hub.awaitTold(store.revision(), HEALTHY_LAG_MILLIS));
        for (var path : Health.PATHS) routes.document(path, health::answer);
    }

    private void accounts(AccountTokens tokens) {
        var reviews = new Reviews(authorization, tokens);
        routes.type("selfsubjectreviews", reviews::self)
                .type("tokenreviews", reviews::token)
                .type("selfsubjectaccessreviews", reviews::selfAccess)
                .type("subjectaccessreviews", reviews::subjectAccess)
                .type("localsubjectaccessreviews", reviews::subjectAccess)
                .type("selfsubjectrulesreviews", reviews::selfRules)
                .below("serviceaccounts", "token", new TokenRequests(tokens, types.tokenRequest())::handle);
    }

    private void route(JoinHandlers joins, Tunnels tunnels) {
        routes.path("/join", joins::join).path("/renew", joins::renew).path("/tunnel", tunnels::handle);
        routes.type("jointokens", request -> joins.createToken(request.exchange()));
        var streams = new Streams(tunnels);
        for (var below : List.of("log", "exec", "attach", "portforward"))
            routes.below("pods", below, (request, pod) -> streams.handle(request.exchange(), pod, below));
    }

    private void metrics(Lists lists, Tunnels tunnels, Clock clock) {
        var metrics = new UsageMetrics(lists, types, new GatewayUsage(tunnels, clock), clock);
        routes.type(Types.NODE_METRICS.plural(), metrics::nodes).type(Types.POD_METRICS.plural(), metrics::pods);
    }

    private void proxies(Lists lists, Tunnels tunnels) {
        var proxy = new Proxy(new StoredObjects(lists, types), tunnels);
        routes.connect("pods", RequestPath.PROXY, request -> proxy.pod(proxied(request)))
                .connect("services", RequestPath.PROXY, request -> proxy.service(proxied(request)))
                .connect("nodes", RequestPath.PROXY, request -> proxy.node(proxied(request)));
    }

    private static Proxy.Request proxied(ApiRequest request) {
        return new Proxy.Request(request.exchange(), request.namespace(), request.name());
    }

    @Override
    public void handle(Exchange asked) throws Exception {
        var exchange = new FlowExchange(asked);
        try {
            route(exchange);
        } catch (StatusException e) {
            Answers.send(exchange, e.status());
        } catch (InterruptedException | IOException e) {
            throw e; // the client has gone
        } catch (StoreException e) {
            LOG.log(
                    WARNING,
                    "store refused {method=%s, path=%s}: %s"
                            .formatted(exchange.method(), exchange.path(), e.getMessage()));
            Answers.send(exchange, Status.internal(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(ERROR, "request failed {method=%s, path=%s}".formatted(exchange.method(), exchange.path()), e);
            Answers.send(exchange, Status.internal(String.valueOf(e.getMessage())));
        }
    }

    /** Ends the subscription to the store, which stays open. */
    @Override
    public void close() {
        definitions.close();
        expiry.close();
        signer.close();
        aggregation.close();
        secrets.close();
        services.close();
        quotas.close();
        flows.close();
        hub.close();
    }

    private void route(FlowExchange exchange) throws Exception {
        var path = exchange.path();
        var other = routes.forPath(path);
        if (other != null) {
            other.handle(exchange);
            return;
        }
        var user = impersonation.user(exchange, authentication.user(exchange));
        var target = RequestPath.parse(path);
        if (target == null) document(exchange, user, path);
        else objects(exchange, user, target);
    }

    /** Who saw a definition established sees its types. */
    private void document(FlowExchange exchange, User user, String path) throws Exception {
        var asked = Attributes.ofPath(user, exchange.method(), path);
        exchange.flow(flows.flow(asked));
        authorization.check(asked);
        if (path.startsWith("/apis") || path.startsWith("/openapi")) hub.awaitTold(store.revision(), CATCH_UP_MILLIS);
        var document = routes.forDocument(path);
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (document != null) document.handle(exchange);
        else if (reads && path.equals("/")) Answers.send(exchange, 200, Json.obj("paths", paths()));
        else if (!reads || !discovery.handle(exchange, trimmed(path))) new UnknownPath(types).answer(exchange);
    }

    /** What is at the root. */
    private List<String> paths() {
        return Stream.concat(discovery.paths(), routes.documents()).sorted().toList();
    }

    /** Of custom types, the definitions' newest state counts where it matters: for what is not there, and for what is new. */
    private @Nullable ApiType found(RequestPath path, String verb) {
        var type = types.find(path.group(), path.version(), path.plural());
        boolean sure = type != null && !(verb.equals("create") && type.isCustom());
        if (sure || path.group().indexOf('.') < 0) return type;
        hub.awaitTold(store.revision(), CATCH_UP_MILLIS);
        return types.find(path.group(), path.version(), path.plural());
    }

    private void objects(FlowExchange exchange, User user, RequestPath path) throws Exception {
        var verb = RequestVerb.of(exchange, path);
        var asked = Attributes.of(user, verb, path, exchange.query());
        exchange.flow(flows.flow(asked));
        authorization.check(asked);
        var type = found(path, verb);
        if (type == null) {
            new UnknownPath(types).answer(exchange);
            return;
        }
        var request = RequestVerb.request(exchange, user, verb, type, path);
        metrics.count(request);
        if (verb.equals("watch")) {
            verbs.handle(request);
            return;
        }
        var connection = routes.forConnection(path.plural(), path.subresource());
        if (connection != null && type.subresource(path.subresource()) != null) {
            gate.checkConnect(request);
            connection.handle(request);
            return;
        }
        var below = routes.forSubresource(path.plural(), path.subresource());
        if (below != null && type.subresource(path.subresource()) != null) {
            var object = verbs.get(request).tree();
            if (request.type().resource().equals(Resource.PODS)) gate.checkConnect(request);
            below.handle(request, object);
            return;
        }
        if (!inFlight.tryAcquire()) throw Status.tooManyRequests().error();
        try {
            var handler = routes.forType(path.plural());
            if (handler != null && type.folder().isEmpty()) handler.handle(request);
            else verbs.handle(request);
        } finally {
            inFlight.release();
        }
    }

    private static String trimmed(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
