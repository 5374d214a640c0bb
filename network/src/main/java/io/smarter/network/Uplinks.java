package io.smarter.network;

import io.smarter.linux.NetworkKernel.Link;
import io.smarter.linux.NetworkKernel.LinkAddress;
import io.smarter.linux.NetworkKernel.LinkRoute;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The node's interfaces that lead outside. Pure functions of what the kernel shows. */
final class Uplinks {
    private static final int USUAL_MTU = 1500;

    private Uplinks() {}

    /** The interfaces with a default route, the preferred one first. */
    static List<Link> of(Collection<Link> links, Collection<LinkRoute> routes) {
        var byIndex = links.stream().collect(Collectors.toMap(Link::index, Function.identity()));
        return routes.stream()
                .filter(route -> route.prefix() == 0)
                .sorted(Comparator.comparingInt(LinkRoute::metric))
                .map(route -> byIndex.get(route.link()))
                .filter(link -> link != null && !link.name().equals(Bridge.NAME))
                .distinct()
                .toList();
    }

    /** What every uplink takes in one piece. */
    static int mtu(Collection<Link> links, Collection<LinkRoute> routes) {
        return of(links, routes).stream().mapToInt(Link::mtu).min().orElse(USUAL_MTU);
    }

    /** What other network of this machine has addresses of a range; says which. */
    static Optional<String> overlap(
            AddressRange range,
            Collection<Link> links,
            Collection<LinkAddress> addresses,
            Collection<LinkRoute> routes) {
        var names = links.stream().collect(Collectors.toMap(Link::index, Link::name));
        for (var address : addresses) {
            var network = new IpBlock(address.address(), address.prefix());
            if (isOthers(names, address.link()) && range.overlaps(network))
                return Optional.of("%s of %s".formatted(network, names.get(address.link())));
        }
        for (var route : routes) {
            var network = new IpBlock(route.network(), route.prefix());
            if (route.prefix() > 0 && isOthers(names, route.link()) && range.overlaps(network))
                return Optional.of("%s, which is reached by %s".formatted(network, names.get(route.link())));
        }
        return Optional.empty();
    }

    private static boolean isOthers(Map<Integer, String> names, int link) {
        var name = names.getOrDefault(link, "");
        return !name.equals(Bridge.NAME) && !name.equals("lo");
    }
}
