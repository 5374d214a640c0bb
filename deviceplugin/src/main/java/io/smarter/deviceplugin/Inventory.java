package io.smarter.deviceplugin;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What plugins offer now. A plugin that goes leaves its devices behind as unhealthy ones for a while, so that one that is
 * only replaced costs nobody the resource. Safe for use by many threads; listeners are called without a lock.
 */
final class Inventory implements AutoCloseable {
    private final Duration grace;
    private final Consumer<DeviceChange> listener;
    private volatile Map<String, Resource> resources = Map.of();
    private boolean closed;

    /** @param grace for how long the devices of a plugin that is gone are counted */
    Inventory(Duration grace, Consumer<DeviceChange> listener) {
        this.grace = grace;
        this.listener = listener;
    }

    /** Expects the plugins of before to register again. */
    void expect(Collection<String> names) {
        for (var name : names) {
            change(name, known -> known);
            withdrawLater(name);
        }
    }

    Map<String, Resource> resources() {
        return resources;
    }

    @Nullable
    Resource get(String name) {
        return resources.get(name);
    }

    /** Puts a plugin in charge of its resource, and ends the one that was. */
    void register(Plugin plugin) {
        var before = get(plugin.resource());
        change(plugin.resource(), known -> known.servedBy(plugin));
        if (before != null && before.plugin() != null && before.served())
            before.plugin().close();
    }

    /** Notes all devices of a plugin, unless another one has taken its place. */
    void told(Plugin plugin, Map<String, Device> devices) {
        change(plugin.resource(), known -> plugin.equals(known.plugin()) ? known.with(devices) : known);
    }

    /** Notes that a plugin is gone, unless another one has taken its place. */
    void left(Plugin plugin) {
        change(plugin.resource(), known -> plugin.equals(known.plugin()) ? known.left() : known);
        withdrawLater(plugin.resource());
    }

    /** Ends the connections to plugins. Nobody is told of it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (var resource : resources.values()) {
            var plugin = resource.plugin();
            if (plugin != null) plugin.close();
        }
    }

    /** Withdraws a resource if, all the time from now on, nobody serves it. */
    private void withdrawLater(String name) {
        var now = get(name);
        if (now == null || now.served()) return;
        Thread.ofVirtual().name("withdraw " + name).start(() -> {
            try {
                Thread.sleep(grace);
                change(name, known -> Objects.equals(known.plugin(), now.plugin()) ? known.withdrawn() : known);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void change(String name, UnaryOperator<Resource> how) {
        Resource before;
        Resource after;
        synchronized (this) {
            if (closed) return;
            var known = resources.get(name);
            before = known == null ? Resource.named(name) : known;
            after = how.apply(before);
            if (after.equals(known)) return;
            var next = new HashMap<>(resources);
            next.put(name, after);
            resources = Map.copyOf(next);
        }
        var lost = new HashSet<>(before.healthy());
        lost.removeAll(after.healthy());
        var found = new HashSet<>(before.lost());
        found.retainAll(after.healthy());
        listener.accept(new DeviceChange(name, Set.copyOf(lost), Set.copyOf(found)));
    }
}
