package io.smarter.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A resource of the node: devices that pods may ask for by one name.
 *
 * @param name with its prefix, such as {@code smarter-devices/ttyUSB0}
 * @param units at least one; no id is in two of them
 */
record Offer(String name, Rule rule, List<Unit> units) {
    static final String PREFIX = "smarter-devices/";

    Offer {
        units = List.copyOf(units);
        if (units.isEmpty()) throw new IllegalArgumentException(name + ": a resource needs a device, has none");
    }

    /** The ids of all shares of all units. */
    List<String> ids() {
        var ids = new ArrayList<String>();
        for (var unit : units) ids.addAll(unit.ids());
        return ids;
    }

    /** The unit that has a share; null when it is none of ours, as when the device has just gone. */
    @Nullable
    Unit unit(String id) {
        for (var unit : units) if (unit.has(id)) return unit;
        return null;
    }

    /** The memory that a unit is near to; empty when unknown. */
    SortedSet<Integer> numaNodes(Unit unit) {
        var nodes = new TreeSet<Integer>();
        if (rule.numaNode() >= 0) nodes.add(rule.numaNode());
        else if (unit.device().numaNode() >= 0) nodes.add(unit.device().numaNode());
        return nodes;
    }
}
