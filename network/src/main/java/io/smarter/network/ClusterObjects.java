package io.smarter.network;

import io.smarter.client.ApiClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The Services, Namespaces and NetworkPolicies of the cluster, as they were last told. Works without a link, with what was
 * told before, and without any cluster, with nothing. Safe for use by many threads.
 *
 * <p>What lasts is a file for each kind.
 */
final class ClusterObjects implements AutoCloseable {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final KeptObjects serviceObjects;
    private final KeptObjects namespaceObjects;
    private final KeptObjects policyObjects;
    private volatile List<ServiceObject> services = List.of();
    private volatile Map<String, Map<String, String>> namespaces = Map.of();
    private volatile List<NetworkPolicy> policies = List.of();

    private ClusterObjects(Path folder) {
        serviceObjects = KeptObjects.read(ClusterKind.SERVICES, folder, () -> {
            readServices();
            tell();
        });
        namespaceObjects = KeptObjects.read(ClusterKind.NAMESPACES, folder, () -> {
            readNamespaces();
            tell();
        });
        policyObjects = KeptObjects.read(ClusterKind.NETWORK_POLICIES, folder, () -> {
            readPolicies();
            tell();
        });
    }

    /** What is kept in a folder. */
    static ClusterObjects in(Path folder) {
        var objects = new ClusterObjects(folder);
        objects.readServices();
        objects.readNamespaces();
        objects.readPolicies();
        return objects;
    }

    /** Follows a cluster from now on, whenever it can be reached. The client is the caller's to close, after this. */
    void follow(ApiClient client) {
        serviceObjects.follow(client);
        namespaceObjects.follow(client);
        policyObjects.follow(client);
    }

    /** Has a listener called after each change that is seen here, by the thread that learnt of it. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    List<ServiceObject> services() {
        return services;
    }

    /** The labels of each namespace. */
    Map<String, Map<String, String>> namespaces() {
        return namespaces;
    }

    List<NetworkPolicy> policies() {
        return policies;
    }

    /** Stops following, and puts on the disk what is not yet there. */
    @Override
    public void close() {
        serviceObjects.close();
        namespaceObjects.close();
        policyObjects.close();
    }

    private void readServices() {
        services = serviceObjects.all().stream().map(ServiceObject::of).toList();
    }

    private void readNamespaces() {
        var labels = new HashMap<String, Map<String, String>>();
        for (var namespace : namespaceObjects.all())
            labels.put(namespace.textOrEmpty("metadata", "name"), namespace.texts("metadata", "labels"));
        namespaces = Map.copyOf(labels);
    }

    private void readPolicies() {
        policies = policyObjects.all().stream().map(NetworkPolicy::of).toList();
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }
}
