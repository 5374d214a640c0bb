package io.smarter.network;

import io.smarter.api.LabelSelector;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.ResourceRecord.Address;
import io.smarter.dns.ResourceRecord.Alias;
import io.smarter.dns.ResourceRecord.Pointer;
import io.smarter.dns.ResourceRecord.Service;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Says which names there are. A pod with hostname {@code cam1} in namespace {@code farm} is {@code cam1},
 * {@code cam1.farm.svc.DOMAIN}, {@code cam1.svc.DOMAIN}, {@code cam1.DOMAIN} and {@code cam1.cluster.local}; names of
 * services are those of Kubernetes' DNS specification (version 1.1.0). Used once, by one thread.
 */
final class NameTableBuilder {
    /** A hostname must not have dots: whoever may make pods could else take any name of the world. */
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

    /** Under which pods are found whatever the domain, as those who wrote manifests for SMARTER rely on. */
    static final String LITERAL = "cluster.local";

    private final NameSettings settings;
    private final String domain;
    private final String services;
    private final Map<String, Map<String, Set<ResourceRecord>>> names = new HashMap<>();
    private final Map<InetAddress, String> namespaces = new HashMap<>();

    NameTableBuilder(NameSettings settings) {
        this.settings = settings;
        this.domain = settings.domain();
        this.services = "svc." + domain;
    }

    NameTable build(List<NodePod> pods, List<ServiceObject> objects) {
        exists(services);
        nameServer();
        for (var service : objects) add(service, pods);
        // A service's name is that of its pods, as in Kubernetes, even if one that it does not choose is called the
        // same.
        var taken = Set.copyOf(names.keySet());
        for (var pod : pods) add(pod, taken);
        var frozen = new HashMap<String, Map<String, List<ResourceRecord>>>();
        names.forEach((name, byNamespace) -> {
            var lists = new LinkedHashMap<String, List<ResourceRecord>>();
            byNamespace.forEach((namespace, records) -> lists.put(namespace, List.copyOf(records)));
            frozen.put(name, lists);
        });
        return new NameTable(settings, frozen, Map.copyOf(namespaces));
    }

    /** So that a search for who answers finds a name that leads back. */
    private void nameServer() {
        var name = "ns.dns." + domain;
        put(name, "", new Address(name, settings.nameServer()));
        var reverse = ReverseName.of(settings.nameServer());
        put(reverse, "", new Pointer(reverse, name));
    }

    private void add(NodePod pod, Set<String> taken) {
        if (!pod.hostNetwork()) for (var address : pod.addresses()) namespaces.put(address, pod.namespace());
        var addresses = addresses(pod);
        for (var host : hostnames(pod)) {
            var full = host + "." + pod.namespace() + "." + services;
            if (!hasRecords(full, taken)) addresses(full, "", addresses);
            for (var name : List.of(host, host + "." + services, host + "." + domain, host + "." + LITERAL))
                addresses(name, pod.namespace(), addresses);
            if (!pod.hostNetwork()) for (var address : addresses) pointer(address, full);
        }
    }

    private boolean hasRecords(String name, Set<String> taken) {
        if (!taken.contains(name)) return false;
        var found = names.get(name);
        return found != null && found.values().stream().anyMatch(records -> !records.isEmpty());
    }

    /** What a pod is called. A pod on the node's network shares the node's hostname, and is known by a label. */
    private Set<String> hostnames(NodePod pod) {
        var all = new LinkedHashSet<String>();
        if (pod.hostNetwork()) {
            var labels = pod.labels();
            if (labels != null) all.add(lower(labels.getOrDefault("name", "")));
            all.add(lower(pod.name()));
        }
        all.add(lower(pod.hostname()));
        if (pod.hostNetwork()) all.remove(lower(settings.node()));
        all.removeIf(name -> !LABEL.matcher(name).matches());
        return all;
    }

    private List<InetAddress> addresses(NodePod pod) {
        return pod.hostNetwork() ? settings.gateways() : pod.addresses();
    }

    private void add(ServiceObject service, List<NodePod> pods) {
        var base = lower(service.name() + "." + service.namespace()) + "." + services;
        if (!service.externalName().isEmpty()) {
            put(base, "", new Alias(base, service.externalName()));
        } else if (!service.selector().isEmpty()) {
            exists(base);
            var selector = LabelSelector.of(service.selector());
            for (var pod : pods) {
                var labels = pod.labels();
                boolean chosen =
                        pod.namespace().equals(service.namespace()) && labels != null && selector.matches(labels);
                if (chosen) add(service, base, pod);
            }
        } else if (!service.addresses().isEmpty()) {
            addresses(base, "", service.addresses());
            for (var port : service.ports()) location(base, port, port.port(), base);
        }
    }

    private void add(ServiceObject service, String base, NodePod pod) {
        var addresses = addresses(pod);
        addresses(base, "", addresses);
        for (var address : addresses) addresses(dashed(address) + "." + base, "", List.of(address));
        var targets = new LinkedHashSet<String>();
        for (var host : hostnames(pod)) {
            addresses(host + "." + base, "", addresses);
            targets.add(host + "." + base);
        }
        if (targets.isEmpty()) for (var address : addresses) targets.add(dashed(address) + "." + base);
        if (targets.isEmpty()) return;
        var target = targets.iterator().next();
        for (var port : service.ports()) location(base, port, number(port, pod), target);
    }

    /** The port's number in a pod; 0 where its containers have none of that name. */
    private static int number(ServiceObject.Port port, NodePod pod) {
        if (port.target().isEmpty()) return port.number();
        return pod.ports().stream()
                .filter(named ->
                        named.name().equals(port.target()) && named.protocol().equals(port.protocol()))
                .mapToInt(NamedPort::number)
                .findFirst()
                .orElse(0);
    }

    private void location(String base, ServiceObject.Port port, int number, String target) {
        if (port.name().isEmpty()) return;
        var name = "_%s._%s.%s".formatted(lower(port.name()), lower(port.protocol()), base);
        exists(name);
        // A weight that is not 0 has clients choose among equals at random, RFC 2782.
        if (number > 0) put(name, "", new Service(name, 0, 1, number, target));
    }

    private static String dashed(InetAddress address) {
        var text = address.getHostAddress();
        return text.replace('.', '-').replace(':', '-');
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private void addresses(String name, String namespace, List<InetAddress> addresses) {
        for (var address : addresses) put(name, namespace, new Address(name, address));
        if (addresses.isEmpty()) exists(name);
    }

    private void pointer(InetAddress address, String target) {
        var name = ReverseName.of(address);
        put(name, "", new Pointer(name, target));
    }

    private void put(String name, String namespace, ResourceRecord record) {
        exists(name);
        var byNamespace = Objects.requireNonNull(names.get(name));
        byNamespace.computeIfAbsent(namespace, _ -> new LinkedHashSet<>()).add(record);
    }

    /** A name that is below another makes that one exist too, RFC 8020, as far up as we answer. */
    private void exists(String name) {
        for (var at = name; !at.isEmpty() && isOurs(at, name); at = above(at)) {
            if (names.putIfAbsent(at, new LinkedHashMap<>()) != null) return;
        }
    }

    private boolean isOurs(String at, String name) {
        if (at.equals(name) || at.equals(domain) || at.endsWith("." + domain)) return true;
        if (!at.endsWith(".arpa")) return false;
        return ReverseName.block(at)
                .filter(block -> settings.ranges().stream().anyMatch(range -> range.contains(block)))
                .isPresent();
    }

    private static String above(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }
}
