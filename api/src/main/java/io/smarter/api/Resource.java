package io.smarter.api;

/**
 * A resource as it appears in URLs (Kubernetes API concepts, "Resource URIs").
 *
 * @param group empty for the core group
 * @param plural lower-case plural name, such as {@code daemonsets}
 */
public record Resource(String group, String version, String plural, String kind, boolean namespaced) {
    public static final Resource NAMESPACES = new Resource("", "v1", "namespaces", "Namespace", false);
    public static final Resource NODES = new Resource("", "v1", "nodes", "Node", false);
    public static final Resource PODS = new Resource("", "v1", "pods", "Pod", true);
    public static final Resource SERVICES = new Resource("", "v1", "services", "Service", true);
    public static final Resource ENDPOINT_SLICES =
            new Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);
    public static final Resource CONFIG_MAPS = new Resource("", "v1", "configmaps", "ConfigMap", true);
    public static final Resource PERSISTENT_VOLUME_CLAIMS =
            new Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true);
    public static final Resource PERSISTENT_VOLUMES =
            new Resource("", "v1", "persistentvolumes", "PersistentVolume", false);
    public static final Resource STORAGE_CLASSES =
            new Resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", false);
    public static final Resource RUNTIME_CLASSES =
            new Resource("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", false);
    public static final Resource SECRETS = new Resource("", "v1", "secrets", "Secret", true);
    public static final Resource SERVICE_ACCOUNTS = new Resource("", "v1", "serviceaccounts", "ServiceAccount", true);
    public static final Resource EVENTS = new Resource("", "v1", "events", "Event", true);
    public static final Resource DAEMON_SETS = new Resource("apps", "v1", "daemonsets", "DaemonSet", true);
    public static final Resource CONTROLLER_REVISIONS =
            new Resource("apps", "v1", "controllerrevisions", "ControllerRevision", true);
    public static final Resource LEASES = new Resource("coordination.k8s.io", "v1", "leases", "Lease", true);

    /** A resource of an API version as objects name it: {@code v1}, or {@code apps/v1}. */
    public static Resource in(String apiVersion, String plural, String kind, boolean namespaced) {
        int slash = apiVersion.indexOf('/');
        var group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return new Resource(group, apiVersion.substring(slash + 1), plural, kind, namespaced);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The path of all objects, in every namespace. */
    public String path() {
        return (group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version) + "/" + plural;
    }

    /** The path of the objects of one namespace; the namespace is ignored by a cluster-scoped resource. */
    public String path(String namespace) {
        if (!namespaced) return path();
        return (group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version) + "/namespaces/" + namespace
                + "/" + plural;
    }

    /** The path of one object. */
    public String path(String namespace, String name) {
        return path(namespace) + "/" + name;
    }
}
