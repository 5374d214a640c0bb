package io.smarter.deviceplugin;

import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One extended resource of the node.
 *
 * @param plugin who serves it, or did; null when that was another run of the agent
 * @param served whether the plugin is there
 * @param devices what was told of last, by id
 * @param lost the ids of healthy devices that became unhealthy or went, and are not back
 * @param gone whether nobody served it for so long that the node has it no more
 */
record Resource(
        String name,
        @Nullable Plugin plugin,
        boolean served,
        Map<String, Device> devices,
        Set<String> lost,
        boolean gone) {
    private static final int MOST_LOST = 1024;

    /** A resource of which no more is known than its name. */
    static Resource named(String name) {
        return new Resource(name, null, false, Map.of(), Set.of(), false);
    }

    /** The ids of the devices that can be used. */
    Set<String> healthy() {
        return devices.values().stream()
                .filter(Device::healthy)
                .map(Device::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** This with another plugin, which has yet to tell of its devices. */
    Resource servedBy(Plugin next) {
        return new Resource(name, next, true, devices, lost, false);
    }

    /** This with other devices. */
    Resource with(Map<String, Device> told) {
        var now = Collections.unmodifiableMap(new TreeMap<>(told));
        return new Resource(name, plugin, served, now, lost(now), gone);
    }

    /** This after its plugin went: its devices are unhealthy. */
    Resource left() {
        var unhealthy = new TreeMap<String, Device>();
        devices.forEach((id, device) -> unhealthy.put(id, new Device(id, false, device.numaNodes())));
        return new Resource(name, plugin, false, unhealthy, lost(unhealthy), gone);
    }

    /** This after nobody came for long. */
    Resource withdrawn() {
        return new Resource(name, null, false, Map.of(), lost, true);
    }

    private Set<String> lost(Map<String, Device> now) {
        var away = new HashSet<>(lost);
        away.addAll(healthy());
        away.removeIf(id -> isHealthy(now, id));
        return away.size() > MOST_LOST ? Set.of() : Set.copyOf(away);
    }

    /** What a pod can get of it. */
    Stock stock(Set<String> inUse) {
        var state = served ? Stock.State.SERVED : Stock.State.AWAITED;
        var usable = new TreeMap<>(devices);
        usable.values().removeIf(device -> !device.healthy());
        var free = new TreeSet<>(usable.keySet());
        free.removeAll(inUse);
        return new Stock(state, usable, free);
    }

    /** What can be said of a device that somebody holds. */
    DeviceHealth health(String id) {
        if (!served) return DeviceHealth.UNKNOWN;
        return isHealthy(devices, id) ? DeviceHealth.HEALTHY : DeviceHealth.UNHEALTHY;
    }

    private static boolean isHealthy(Map<String, Device> devices, String id) {
        var device = devices.get(id);
        return device != null && device.healthy();
    }

    DeviceCount count() {
        return new DeviceCount(devices.size(), healthy().size(), gone);
    }
}
