package io.smarter.network;

import io.smarter.api.IpAddress;
import io.smarter.json.Json;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Service (v1), as far as names need it.
 *
 * @param selector the labels of its pods; empty where it chooses none
 * @param addresses its own addresses; none of a headless one
 * @param externalName the name that it is another name of; empty unless its type is {@code ExternalName}
 */
record ServiceObject(
        String namespace,
        String name,
        Map<String, String> selector,
        List<Port> ports,
        List<InetAddress> addresses,
        String externalName) {
    /**
     * A port of a service.
     *
     * @param name empty where it is the only one and has none
     * @param port the port of the service's own addresses
     * @param target the port's name in the pods; empty where it is a number
     * @param number the port's number in the pods, if it has no name there
     */
    record Port(String name, String protocol, int port, String target, int number) {
        static Port of(Json port) {
            var protocol = port.textOrEmpty("protocol");
            return new Port(
                    port.textOrEmpty("name"),
                    protocol.isEmpty() ? "TCP" : protocol,
                    valid(port.number(0, "port")),
                    port.textOrEmpty("targetPort"),
                    valid(port.number(port.number(0, "port"), "targetPort")));
        }

        /** A number that is none of a port is 0, of which no record tells. */
        private static int valid(long number) {
            return number > 0 && number < 65536 ? (int) number : 0;
        }
    }

    ServiceObject {
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    static ServiceObject of(Json.Obj service) {
        boolean external = service.textOrEmpty("spec", "type").equals("ExternalName");
        return new ServiceObject(
                service.textOrEmpty("metadata", "namespace"),
                service.textOrEmpty("metadata", "name"),
                external ? Map.of() : service.texts("spec", "selector"),
                service.items("spec", "ports").stream().map(Port::of).toList(),
                external ? List.of() : addresses(service),
                external ? plain(service.textOrEmpty("spec", "externalName")) : "");
    }

    /** The name that DNS can carry; empty where it cannot. */
    private static String plain(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        var plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        boolean fits = Stream.of(plain.split("\\.", -1)).allMatch(label -> !label.isEmpty() && label.length() < 64);
        return fits && plain.length() < 254 ? plain : "";
    }

    private static List<InetAddress> addresses(Json.Obj service) {
        var texts = new ArrayList<String>();
        for (var item : service.items("spec", "clusterIPs")) if (item instanceof Json.Str(var text)) texts.add(text);
        if (texts.isEmpty()) texts.add(service.textOrEmpty("spec", "clusterIP"));
        return texts.stream()
                .filter(text -> IpAddress.isIpv4(text) || IpAddress.isIpv6(text))
                .map(InetAddress::ofLiteral)
                .toList();
    }
}
