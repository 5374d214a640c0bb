package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import java.io.IOException;
import java.util.Map;

/**
 * Offers the devices of a node to claims (dynamic resource allocation) in place of resources: of what is held in one way the other
 * knows nothing, so that both at once would give one device twice. Safe for use by many threads.
 */
final class ClaimDriver implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");

    static final Resource CLAIMS = new Resource("resource.k8s.io", "v1", "resourceclaims", "ResourceClaim", true);

    private final Preparations preparations;
    private final ResourceSlices slices;
    private final DraPlugin plugin;

    private ClaimDriver(Preparations preparations, ResourceSlices slices, DraPlugin plugin) {
        this.preparations = preparations;
        this.slices = slices;
        this.plugin = plugin;
    }

    /** @param changed called whenever the state is another one */
    static ClaimDriver open(DevicesSettings settings, ApiClient api, Runnable changed) throws IOException {
        var preparations = new Preparations(
                settings.node(), new ClaimFiles(settings.cdi()), (namespace, name) -> api.get(CLAIMS, namespace, name));
        var plugin = DraPlugin.open(settings.kubelet(), preparations, changed);
        return new ClaimDriver(preparations, ResourceSlices.open(api, settings.node()), plugin);
    }

    void tell(Map<String, Offered> offered) {
        var pool = Pool.of(offered.values());
        preparations.tell(pool);
        slices.tell(pool);
    }

    DevicesStatus.Registration registration() {
        return new DevicesStatus.Registration(plugin.state().trouble(), 0, 0);
    }

    /** Takes away what it left on the node and told the cluster. Of the latter a kubelet takes away what we can't. */
    static void remove(DevicesSettings settings, ApiClient api) throws IOException {
        ClaimFiles.remove(settings.cdi());
        try {
            ResourceSlices.withdraw(api, settings.node());
        } catch (IOException e) {
            LOG.log(WARNING, "resource slices of node {0} are left: {1}", settings.node(), e.getMessage());
        }
    }

    /** Ends. What is prepared stays, and what is told. */
    @Override
    public void close() {
        plugin.close();
        slices.close();
    }
}
