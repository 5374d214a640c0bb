package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.cri.v1.DNSConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Where a pod asks for names.
 *
 * @param etc where the node's {@code resolv.conf} is
 * @param cluster who knows the names of pods
 */
record Dns(Path etc, ClusterDns cluster) {
    private static final int SERVERS = 3;
    private static final int SEARCHES = 32;

    DNSConfig of(Pod pod) throws IOException {
        var policy = pod.spec().textOrEmpty("dnsPolicy");
        var servers = new LinkedHashSet<String>();
        var searches = new LinkedHashSet<String>();
        var options = new LinkedHashMap<String, String>();
        if (isClustered(pod, policy) && !cluster.servers().isEmpty()) {
            servers.addAll(cluster.servers());
            if (!cluster.domain().isEmpty())
                for (var domain : List.of(pod.namespace() + ".svc.", "svc.", ""))
                    searches.add(domain + cluster.domain());
            options.put("ndots", "5");
            readHost(new LinkedHashSet<>(), searches, new LinkedHashMap<>());
        } else if (!policy.equals("None")) {
            readHost(servers, searches, options);
        }
        addOwn(pod.spec().object("dnsConfig"), servers, searches, options);
        return DNSConfig.newBuilder()
                .addAllServers(servers.stream().limit(SERVERS).toList())
                .addAllSearches(searches.stream().limit(SEARCHES).toList())
                .addAllOptions(options.entrySet().stream().map(Dns::option).toList())
                .build();
    }

    private static boolean isClustered(Pod pod, String policy) {
        if (policy.equals("ClusterFirstWithHostNet")) return true;
        return (policy.isEmpty() || policy.equals("ClusterFirst")) && !pod.hostNetwork();
    }

    private void readHost(LinkedHashSet<String> servers, LinkedHashSet<String> searches, Map<String, String> options)
            throws IOException {
        var file = etc.resolve("resolv.conf");
        if (!Files.isReadable(file)) return;
        for (var line : Files.readAllLines(file)) {
            var words = new ArrayList<>(List.of(line.strip().split("\\s+")));
            switch (words.removeFirst()) {
                case "nameserver" -> servers.addAll(words);
                case "search", "domain" -> searches.addAll(words);
                case "options" -> words.forEach(word -> putOption(options, word));
                default -> {}
            }
        }
    }

    private static void addOwn(
            Json.Obj own, LinkedHashSet<String> servers, LinkedHashSet<String> searches, Map<String, String> options) {
        servers.addAll(texts(own, "nameservers"));
        searches.addAll(texts(own, "searches"));
        for (var option : own.items("options")) options.put(option.textOrEmpty("name"), option.textOrEmpty("value"));
    }

    private static void putOption(Map<String, String> options, String word) {
        int colon = word.indexOf(':');
        if (colon < 0) options.putIfAbsent(word, "");
        else options.putIfAbsent(word.substring(0, colon), word.substring(colon + 1));
    }

    private static String option(Map.Entry<String, String> option) {
        return option.getValue().isEmpty() ? option.getKey() : option.getKey() + ":" + option.getValue();
    }

    private static List<String> texts(Json.Obj object, String field) {
        return object.items(field).stream()
                .filter(Json.Str.class::isInstance)
                .map(item -> ((Json.Str) item).value())
                .toList();
    }
}
