package io.smarter.types;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.printers.Columns;
import io.smarter.printers.NodeColumns;
import io.smarter.printers.PodColumns;
import io.smarter.printers.PolicyColumns;
import io.smarter.printers.ServerColumns;
import io.smarter.printers.TypeColumns;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import io.smarter.types.ApiType.Subresource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of the types that the server has: those built in, and those that custom resource definitions add at run
 * time. Where each is kept is Kubernetes' own layout. Safe for use by many threads: who asks sees one state or the next.
 */
public final class Types {
    public static final Resource SERVICE_ACCOUNTS = new Resource("", "v1", "serviceaccounts", "ServiceAccount", true);
    public static final Resource BINDINGS = new Resource("", "v1", "bindings", "Binding", true);
    private static final Resource EVENTS_V1 = new Resource("events.k8s.io", "v1", "events", "Event", true);

    /** The forms of Events. */
    public static final List<Resource> EVENTS = List.of(Resource.EVENTS, EVENTS_V1);

    public static final Resource NODE_METRICS =
            new Resource("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", false);
    public static final Resource POD_METRICS = new Resource("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", true);

    private static final Resource JOIN_TOKENS = new Resource("smarter.io", "v1", "jointokens", "JoinToken", false);

    public static final Resource ROLES = rbac("roles", "Role", true);
    public static final Resource ROLE_BINDINGS = rbac("rolebindings", "RoleBinding", true);
    public static final Resource CLUSTER_ROLES = rbac("clusterroles", "ClusterRole", false);
    public static final Resource CLUSTER_ROLE_BINDINGS = rbac("clusterrolebindings", "ClusterRoleBinding", false);
    public static final Resource COMPONENT_STATUSES =
            new Resource("", "v1", "componentstatuses", "ComponentStatus", false);
    public static final Resource API_SERVICES =
            new Resource("apiregistration.k8s.io", "v1", "apiservices", "APIService", false);
    public static final Resource CERTIFICATE_REQUESTS =
            new Resource("certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", false);
    public static final Resource DEFINITIONS =
            new Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);

    private static final List<String> NO_COLLECTION =
            List.of("create", "delete", "get", "list", "patch", "update", "watch");
    private static final List<String> PROXY_VERBS = List.of("create", "delete", "get", "patch", "update");
    private static final List<String> STREAM_VERBS = List.of("create", "get");
    private static final List<String> POD_FIELDS = List.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName");
    private static final List<String> EVENT_FIELDS = List.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type");
    private static final List<String> EVENT_V1_FIELDS = List.of(
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type");

    private final List<ApiType> builtIn;
    private volatile List<ApiType> all;
    private final ReentrantReadWriteLock makers = new ReentrantReadWriteLock();
    private final SchemaKind deleteOptions;
    private final SchemaKind eviction;
    private final SchemaKind tokenRequest;
    private final SchemaKind scale;

    public Types(Schema schema) {
        deleteOptions = kind(schema, "", "v1", "DeleteOptions");
        scale = kind(schema, "autoscaling", "v1", "Scale");
        eviction = kind(schema, "policy", "v1", "Eviction");
        tokenRequest = kind(schema, "authentication.k8s.io", "v1", "TokenRequest");
        var acting = List.of(
                line(schema, BINDINGS, "").verbs(List.of("create")).type(),
                line(schema, Resource.CONFIG_MAPS, "configmaps")
                        .names("cm")
                        .does(new ConfigMapStrategy())
                        .shows(TypeColumns.CONFIG_MAPS)
                        .type(),
                line(schema, Resource.EVENTS, "events")
                        .names("ev")
                        .selects(EVENT_FIELDS)
                        .shows(TypeColumns.EVENTS)
                        .type(),
                line(schema, Resource.NAMESPACES, "namespaces")
                        .names("ns")
                        .verbs(NO_COLLECTION)
                        .selects(List.of("status.phase"))
                        .below("finalize", "Namespace", List.of("update"))
                        .below("status", "Namespace", TypeLine.STATUS_VERBS)
                        .does(new NamespaceStrategy())
                        .shows(TypeColumns.NAMESPACES)
                        .type(),
                line(schema, Resource.NODES, "minions")
                        .names("no")
                        .selects(List.of("spec.unschedulable"))
                        .below("proxy", "NodeProxyOptions", PROXY_VERBS)
                        .below("status", "Node", TypeLine.STATUS_VERBS)
                        .does(new NodeStrategy())
                        .shows(NodeColumns.COLUMNS)
                        .type(),
                line(schema, Resource.PODS, "pods")
                        .names("po")
                        .in("all")
                        .selects(POD_FIELDS)
                        .below("attach", "PodAttachOptions", STREAM_VERBS)
                        .below("binding", "Binding", List.of("create"))
                        .below("ephemeralcontainers", "Pod", TypeLine.STATUS_VERBS)
                        .below(new Subresource("eviction", "policy", "v1", "Eviction", List.of("create")))
                        .below("exec", "PodExecOptions", STREAM_VERBS)
                        .below("log", "Pod", List.of("get"))
                        .below("portforward", "PodPortForwardOptions", STREAM_VERBS)
                        .below("proxy", "PodProxyOptions", PROXY_VERBS)
                        .below("status", "Pod", TypeLine.STATUS_VERBS)
                        .does(new PodStrategy())
                        .shows(PodColumns.COLUMNS)
                        .type(),
                line(schema, Resource.SECRETS, "secrets")
                        .selects(List.of("type"))
                        .does(new SecretStrategy())
                        .shows(TypeColumns.SECRETS)
                        .type(),
                line(schema, SERVICE_ACCOUNTS, "serviceaccounts")
                        .names("sa")
                        .below(new Subresource(
                                "token", "authentication.k8s.io", "v1", "TokenRequest", List.of("create")))
                        .shows(TypeColumns.SERVICE_ACCOUNTS)
                        .type(),
                line(schema, Resource.SERVICES, "services/specs")
                        .names("svc")
                        .in("all")
                        .selects(List.of("spec.clusterIP", "spec.type"))
                        .below("proxy", "ServiceProxyOptions", PROXY_VERBS)
                        .below("status", "Service", TypeLine.STATUS_VERBS)
                        .does(new ServiceStrategy())
                        .shows(TypeColumns.SERVICES)
                        .type(),
                line(schema, Resource.CONTROLLER_REVISIONS, "controllerrevisions")
                        .shows(TypeColumns.CONTROLLER_REVISIONS)
                        .type(),
                line(schema, Resource.DAEMON_SETS, "daemonsets")
                        .names("ds")
                        .in("all")
                        .below("status", "DaemonSet", TypeLine.STATUS_VERBS)
                        .does(new DaemonSetStrategy())
                        .shows(TypeColumns.DAEMON_SETS)
                        .type(),
                line(schema, Resource.LEASES, "leases")
                        .shows(TypeColumns.LEASES)
                        .type(),
                line(schema, EVENTS_V1, "events")
                        .names("ev")
                        .selects(EVENT_V1_FIELDS)
                        .does(new EventV1Strategy())
                        .shows(TypeColumns.EVENTS.after(new EventV1Strategy()::toStored))
                        .type(),
                line(schema, ROLES, "roles").does(new RoleStrategy(true)).type(),
                line(schema, ROLE_BINDINGS, "rolebindings")
                        .does(new RoleBindingStrategy(true))
                        .shows(TypeColumns.ROLE_BINDINGS)
                        .type(),
                line(schema, CLUSTER_ROLES, "clusterroles")
                        .does(new RoleStrategy(false))
                        .type(),
                line(schema, CLUSTER_ROLE_BINDINGS, "clusterrolebindings")
                        .does(new RoleBindingStrategy(false))
                        .shows(TypeColumns.ROLE_BINDINGS)
                        .type(),
                question(schema, "authentication.k8s.io", "SelfSubjectReview", false),
                question(schema, "authentication.k8s.io", "TokenReview", false),
                question(schema, "authorization.k8s.io", "LocalSubjectAccessReview", true),
                question(schema, "authorization.k8s.io", "SelfSubjectAccessReview", false),
                question(schema, "authorization.k8s.io", "SelfSubjectRulesReview", false),
                question(schema, "authorization.k8s.io", "SubjectAccessReview", false),
                line(schema, DEFINITIONS, "apiextensions.k8s.io/customresourcedefinitions")
                        .names("crd", "crds")
                        .in("api-extensions")
                        .below("status", "CustomResourceDefinition", TypeLine.STATUS_VERBS)
                        .does(new DefinitionStrategy())
                        .shows(TypeColumns.DEFINITIONS)
                        .type(),
                line(schema, COMPONENT_STATUSES, "")
                        .names("cs")
                        .verbs(List.of("get", "list"))
                        .shows(Columns.later(() -> ServerColumns.COMPONENTS))
                        .type(),
                line(schema, API_SERVICES, "apiregistration.k8s.io/apiservices")
                        .in("api-extensions")
                        .status()
                        .does(new ApiServiceStrategy())
                        .shows(Columns.later(() -> ServerColumns.API_SERVICES))
                        .type(),
                line(schema, CERTIFICATE_REQUESTS, "certificatesigningrequests")
                        .names("csr")
                        .selects(List.of("spec.signerName"))
                        .below("approval", "CertificateSigningRequest", TypeLine.STATUS_VERBS)
                        .status()
                        .does(new CertificateStrategy())
                        .shows(Columns.later(() -> PolicyColumns.CERTIFICATE_REQUESTS))
                        .type(),
                line(schema, NODE_METRICS, "").verbs(List.of("get", "list")).type(),
                line(schema, POD_METRICS, "").verbs(List.of("get", "list")).type(),
                line(schema, JOIN_TOKENS, "").verbs(List.of("create")).type());
        builtIn = Stream.concat(acting.stream(), DataTypes.of(schema).stream()).toList();
        all = builtIn;
    }

    /** Every type there is now; the same list until that changes. */
    public List<ApiType> all() {
        return all;
    }

    /** Those that are there whatever is defined. */
    public List<ApiType> builtIn() {
        return builtIn;
    }

    /** Puts other custom types in the place of those that are there. */
    public void custom(List<ApiType> custom) {
        var changed = new ArrayList<>(builtIn);
        changed.addAll(custom);
        all = List.copyOf(changed);
    }

    /**
     * Makes an object of a type, unless no more may be made since the request came: its type ends, and who empties it waits
     * for those who are here.
     */
    public <T> T making(ApiType type, Supplier<T> make) {
        if (!type.isCustom()) return make.get();
        makers.readLock().lock();
        try {
            var resource = type.resource();
            var now = find(resource.group(), resource.version(), resource.plural());
            if (now == null) throw Status.noSuchPath().error();
            if (!now.verbs().contains("create")) throw Status.methodNotAllowed().error();
            return make.get();
        } finally {
            makers.readLock().unlock();
        }
    }

    /** Waits until all that are making something have made it. */
    @SuppressWarnings("LockNotBeforeTry") // nothing is done that could fail
    public void awaitMakers() {
        makers.writeLock().lock();
        makers.writeLock().unlock();
    }

    /** The kind of the options of a deletion. */
    public SchemaKind deleteOptions() {
        return deleteOptions;
    }

    /** The kind of what asks for a pod's eviction. */
    public SchemaKind eviction() {
        return eviction;
    }

    /** The kind of what asks for a service account's token. */
    public SchemaKind tokenRequest() {
        return tokenRequest;
    }

    /** The kind of what shows and changes how many of something there are. */
    public SchemaKind scale() {
        return scale;
    }

    /** The type at a place in the URL, or null. */
    public @Nullable ApiType find(String group, String version, String plural) {
        for (var type : all) {
            var resource = type.resource();
            if (resource.plural().equals(plural)
                    && resource.version().equals(version)
                    && resource.group().equals(group)) return type;
        }
        return null;
    }

    /** A type that there is. */
    public ApiType of(Resource resource) {
        var type = find(resource.group(), resource.version(), resource.plural());
        if (type == null) throw new IllegalStateException("no type " + resource.plural());
        return type;
    }

    private static Resource rbac(String plural, String kind, boolean namespaced) {
        return new Resource("rbac.authorization.k8s.io", "v1", plural, kind, namespaced);
    }

    /** What is only asked, never stored. */
    private static ApiType question(Schema schema, String group, String kind, boolean namespaced) {
        var plural = kind.toLowerCase(Locale.ROOT) + "s";
        var resource = new Resource(group, "v1", plural, kind, namespaced);
        return line(schema, resource, "").verbs(List.of("create")).type();
    }

    static TypeLine line(Schema schema, Resource resource, String folder) {
        var kind = kind(schema, resource.group(), resource.version(), resource.kind());
        return new TypeLine(resource, kind, folder.isEmpty() ? "" : "/registry/" + folder + "/");
    }

    private static SchemaKind kind(Schema schema, String group, String version, String name) {
        var kind = schema.kind(group, version, name);
        return kind == null ? SchemaKind.untyped(group, version, name) : kind;
    }
}
