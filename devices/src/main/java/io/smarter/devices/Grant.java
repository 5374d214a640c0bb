package io.smarter.devices;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container gets for the shares that it holds of one resource.
 *
 * @param nodes no container path twice; a folder is handed over whole
 * @param cdi fully qualified names
 * @param numaNodes the memory that the devices are near to
 */
record Grant(
        List<Rule.Node> nodes,
        Map<String, String> env,
        List<Rule.Mount> mounts,
        List<String> cdi,
        SortedSet<Integer> numaNodes) {

    /**
     * What is given for some shares.
     *
     * @throws IllegalArgumentException if one is none of the offer's
     */
    static Grant of(Offer offer, Collection<String> ids) {
        for (var id : ids)
            if (offer.unit(id) == null)
                throw new IllegalArgumentException("%s: no device with the id %s".formatted(offer.name(), id));
        return new Grant(List.of(), Map.of(), List.of(), List.of(), new TreeSet<>());
    }
}
