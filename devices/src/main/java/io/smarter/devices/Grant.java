package io.smarter.devices;

import io.smarter.devices.Found.Kind;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container gets for the shares that it holds of one resource.
 *
 * @param nodes no container path twice; a folder is handed over whole
 * @param env of several devices, their values joined by commas
 * @param mounts no container path twice
 * @param cdi fully qualified names
 * @param numaNodes the memory that the devices are near to
 */
record Grant(
        List<Rule.Node> nodes,
        Map<String, String> env,
        List<Rule.Mount> mounts,
        List<String> cdi,
        SortedSet<Integer> numaNodes) {
    private static final String GPUS = "NVIDIA_VISIBLE_DEVICES";

    Grant {
        nodes = List.copyOf(nodes);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        mounts = List.copyOf(mounts);
        cdi = List.copyOf(cdi);
        numaNodes = Collections.unmodifiableSortedSet(new TreeSet<>(numaNodes));
    }

    /**
     * What is given for some shares.
     *
     * @throws IllegalArgumentException if one is none of the offer's, as when its device has just gone
     */
    static Grant of(Offer offer, Collection<String> ids) {
        var units = new LinkedHashSet<Unit>();
        for (var id : ids) {
            var unit = offer.unit(id);
            if (unit == null)
                throw new IllegalArgumentException("%s has no device with the id %s".formatted(offer.name(), id));
            units.add(unit);
        }
        return ofUnits(offer, units);
    }

    /** What is given for some devices of an offer. */
    static Grant ofUnits(Offer offer, Collection<Unit> units) {
        var given = offer.rule().given();
        var nodes = new LinkedHashMap<String, Rule.Node>();
        var env = new LinkedHashMap<String, LinkedHashSet<String>>();
        var numaNodes = new TreeSet<Integer>();
        for (var unit : units) {
            var device = unit.device();
            var path = device.kind() == Kind.GPU ? "" : place(nodes, node(given, device));
            for (var other : unit.with()) place(nodes, new Rule.Node(other.file(), other.file(), given.permissions()));
            env(given, device, path)
                    .forEach((name, value) -> env.computeIfAbsent(name, _ -> new LinkedHashSet<>())
                            .add(value));
            numaNodes.addAll(offer.numaNodes(unit));
        }
        for (var node : given.deviceNodes()) place(nodes, node);
        var joined = new LinkedHashMap<String, String>();
        env.forEach((name, values) -> joined.put(name, String.join(",", values)));
        return new Grant(List.copyOf(nodes.values()), joined, given.mounts(), given.cdi(), numaNodes);
    }

    private static Rule.Node node(Rule.Given given, Found device) {
        var template = given.containerPath();
        var path = template == null ? device.file() : template.replace("{name}", device.lastName());
        return new Rule.Node(device.file(), path, given.permissions());
    }

    /** Adds a node, under a number where another one has its path already; gives the path. */
    private static String place(Map<String, Rule.Node> nodes, Rule.Node node) {
        var path = node.containerPath();
        for (int i = 2; ; i++) {
            var there = nodes.putIfAbsent(path, new Rule.Node(node.hostPath(), path, node.permissions()));
            if (there == null || there.hostPath().equals(node.hostPath())) return path;
            path = node.containerPath() + "-" + i;
        }
    }

    private static Map<String, String> env(Rule.Given given, Found device, String path) {
        var usb = device.usb();
        var values = Map.of(
                "path",
                path,
                "name",
                device.lastName(),
                "serial",
                usb == null ? "" : plain(usb.serial()),
                "port",
                usb == null ? "" : usb.port());
        var env = new LinkedHashMap<String, String>();
        if (device.kind() == Kind.GPU) env.put(GPUS, device.path().substring(Found.GPU_PREFIX.length()));
        given.env().forEach((name, value) -> env.put(name, ResourceNames.filled(value, values)));
        return env;
    }

    /** Devices say what they like. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "_");
    }
}
