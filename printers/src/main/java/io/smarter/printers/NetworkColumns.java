package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of kinds that say who may be reached, and how. */
final class NetworkColumns {
    private static final int SHOWN = 3;

    static final Columns ENDPOINTS =
            Columns.of(Column.NAME, Column.text("Endpoints", (object, _) -> some(endpoints(object), ",")), Column.AGE);
    static final Columns ENDPOINT_SLICES = Columns.of(
            Column.NAME,
            Column.path("AddressType", "addressType"),
            Column.text("Ports", (object, _) -> object.items("ports").isEmpty() ? "<unset>" : some(ports(object), ",")),
            Column.text(
                    "Endpoints",
                    (object, _) -> object.items("endpoints").isEmpty() ? "<unset>" : some(addresses(object), ",")),
            Column.AGE);
    static final Columns INGRESSES = Columns.of(
            Column.NAME,
            Column.text("Class", (object, _) -> TypeColumns.orNone(object.textOrEmpty("spec", "ingressClassName"))),
            Column.text("Hosts", (object, _) -> hosts(object)),
            Column.text("Address", (object, _) -> balancers(object)),
            Column.text("Ports", (object, _) -> object.items("spec", "tls").isEmpty() ? "80" : "80, 443"),
            Column.AGE);
    static final Columns INGRESS_CLASSES = Columns.of(
            Column.NAME,
            Column.path("Controller", "spec", "controller"),
            Column.text("Parameters", (object, _) -> parameters(object)),
            Column.AGE);
    static final Columns NETWORK_POLICIES = Columns.of(
            Column.NAME,
            Column.text("Pod-Selector", (object, _) -> TypeColumns.selected(object.object("spec", "podSelector"))),
            Column.AGE);

    static final Columns ADDRESSES =
            Columns.of(Column.NAME, Column.text("ParentRef", (object, _) -> parent(object)), Column.AGE);
    static final Columns SERVICE_CIDRS = Columns.of(
            Column.NAME, Column.text("CIDRs", (object, _) -> TypeColumns.joined(object, "spec", "cidrs")), Column.AGE);

    private NetworkColumns() {}

    private static String parent(Json.Obj address) {
        var parent = address.at("spec", "parentRef");
        if (parent == null) return TypeColumns.NONE;
        return Stream.of("group", "resource", "namespace", "name")
                .map(parent::textOrEmpty)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
    }

    private static String some(List<String> all, String between) {
        if (all.isEmpty()) return TypeColumns.NONE;
        if (all.size() <= SHOWN) return String.join(between, all);
        return String.join(between, all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
    }

    private static List<String> endpoints(Json.Obj object) {
        var all = new ArrayList<String>();
        for (var subset : object.items("subsets")) {
            for (var address : subset.items("addresses")) {
                var ip = address.textOrEmpty("ip");
                if (subset.items("ports").isEmpty()) all.add(ip);
                for (var port : subset.items("ports"))
                    all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port.number(0, "port"));
            }
        }
        return all;
    }

    private static List<String> ports(Json.Obj slice) {
        return slice.items("ports").stream()
                .map(port -> port.at("port") == null ? "*" : String.valueOf(port.number(0, "port")))
                .toList();
    }

    private static List<String> addresses(Json.Obj slice) {
        return slice.items("endpoints").stream()
                .flatMap(endpoint -> endpoint.items("addresses").stream())
                .map(address -> address instanceof Json.Str(var text) ? text : "")
                .toList();
    }

    private static String hosts(Json.Obj ingress) {
        var hosts = ingress.items("spec", "rules").stream()
                .map(rule -> rule.textOrEmpty("host"))
                .filter(host -> !host.isEmpty())
                .toList();
        return hosts.isEmpty() ? "*" : some(hosts, ",");
    }

    private static String balancers(Json.Obj ingress) {
        return ingress.items("status", "loadBalancer", "ingress").stream()
                .map(point ->
                        point.textOrEmpty("ip").isEmpty() ? point.textOrEmpty("hostname") : point.textOrEmpty("ip"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static String parameters(Json.Obj ingressClass) {
        var reference = ingressClass.at("spec", "parameters");
        if (reference == null) return TypeColumns.NONE;
        var group = reference.textOrEmpty("apiGroup");
        return reference.textOrEmpty("kind") + (group.isEmpty() ? "" : "." + group) + "/"
                + reference.textOrEmpty("name");
    }
}
