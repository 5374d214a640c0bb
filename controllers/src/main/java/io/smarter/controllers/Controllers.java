package io.smarter.controllers;

import static java.lang.System.Logger.Level.INFO;

import io.smarter.client.ApiClient;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The controllers of a cluster: DaemonSets, what their owners leave behind, namespaces, nodes, and claims of storage. They keep all they
 * know in the API server, so they may be stopped at any moment and started anywhere else, but run once at a time.
 */
public final class Controllers implements AutoCloseable {
    private final Cluster cluster;
    private final DaemonSetController daemonSets;
    private final OwnerCollector owners;
    private final NamespaceController namespaces;
    private final NamespaceDefaults defaults;
    private final NodeController nodes;
    private final StrayPods strays;
    private final VolumeBinder binder;
    private final Thread starter;

    /**
     * @param ca the certificate in PEM that clients verify the API server with; every namespace gets it
     * @param nodeGrace how long a node may be without connection before its state counts as unknown
     */
    public record Options(String ca, Duration nodeGrace, InstantSource clock) {
        /** With Kubernetes' 40 seconds of grace. */
        public static Options of(String ca) {
            return new Options(ca, Duration.ofSeconds(40), InstantSource.system());
        }

        public Options withNodeGrace(Duration grace) {
            return new Options(ca, grace, clock);
        }
    }

    private Controllers(ApiClient client, Options options) {
        cluster = new Cluster(client);
        daemonSets = new DaemonSetController(client, cluster, options.clock);
        owners = new OwnerCollector(client);
        namespaces = new NamespaceController(client, cluster, options.clock);
        defaults = new NamespaceDefaults(client, cluster, options.ca);
        nodes = new NodeController(client, cluster, options.clock, options.nodeGrace);
        strays = new StrayPods(client, cluster);
        binder = new VolumeBinder(client, cluster);
        starter = Thread.ofVirtual().name("controllers").unstarted(this::run);
    }

    /**
     * Starts the controllers. Returns at once; they work as soon as they have seen all that there is, and try for as long
     * as it takes to reach the server. The client stays the caller's.
     */
    public static Controllers start(ApiClient client, Options options) {
        var controllers = new Controllers(client, options);
        controllers.starter.start();
        return controllers;
    }

    /** To be told of every tunnel that comes and goes. Nodes that are not connected when we start count as lost then. */
    public NodeLiveness liveness() {
        return nodes;
    }

    private void run() {
        try {
            cluster.start();
        } catch (InterruptedException e) {
            return;
        }
        daemonSets.start();
        owners.start();
        namespaces.start();
        defaults.start();
        nodes.start();
        strays.start();
        binder.start();
        System.getLogger(Controllers.class.getPackageName()).log(INFO, "controllers run");
    }

    /** Ends when no controller does anything any more. */
    @Override
    public void close() {
        starter.interrupt();
        cluster.close();
        try (daemonSets;
                owners;
                namespaces;
                defaults;
                nodes;
                strays;
                binder) {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
