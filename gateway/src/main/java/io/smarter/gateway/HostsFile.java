package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** The {@code /etc/hosts} that a pod's containers see. */
final class HostsFile {
    private static final String HEAD = """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;

    private HostsFile() {}

    /** The text for a pod with these addresses; a pod on the host's network gets the host's own file as its start. */
    static byte[] of(Pod pod, List<String> ips, Dns dns) throws IOException {
        var text = new StringBuilder();
        if (pod.hostNetwork()) {
            text.append("# Kubernetes-managed hosts file (host network).\n");
            var own = dns.etc().resolve("hosts");
            if (Files.isReadable(own)) text.append(Files.readString(own));
        } else {
            text.append(HEAD);
            for (var ip : ips)
                text.append(ip).append('\t').append(names(pod, dns.cluster())).append('\n');
        }
        if (!pod.spec().items("hostAliases").isEmpty()) text.append("\n# Entries added by HostAliases.\n");
        for (var alias : pod.spec().items("hostAliases")) {
            text.append(alias.textOrEmpty("ip"));
            for (var name : alias.items("hostnames")) {
                if (name instanceof Json.Str(var value)) text.append('\t').append(value);
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String names(Pod pod, ClusterDns cluster) {
        var full = fullName(pod, cluster);
        return full.equals(pod.hostname()) ? full : full + '\t' + pod.hostname();
    }

    /** A pod's name with its domain, if it has one. */
    static String fullName(Pod pod, ClusterDns cluster) {
        var subdomain = pod.spec().textOrEmpty("subdomain");
        return subdomain.isEmpty() || pod.overridesHostname()
                ? pod.hostname()
                : pod.hostname() + "." + cluster.domainOf(subdomain, pod.namespace());
    }
}
