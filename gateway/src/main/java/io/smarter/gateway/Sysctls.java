package io.smarter.gateway;

import io.smarter.api.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kernel parameters that pods may set: those that concern nobody else (Kubernetes "Using sysctls in a Kubernetes Cluster",
 * safe sysctls), and those that the node's owner allows besides. Pure functions.
 *
 * @param allowed names such as {@code net.core.somaxconn}, or prefixes such as {@code kernel.msg*}
 */
record Sysctls(List<String> allowed) {
    private static final Set<String> SAFE = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_wmem");

    private static final List<String> OF_IPC = List.of("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.");

    /** What the kernel keeps apart for each pod; of others a pod would change the node. */
    private enum Kept {
        IPC,
        NET;

        static @Nullable Kept of(String name) {
            if (name.startsWith("net.")) return NET;
            return OF_IPC.stream().anyMatch(name::startsWith) ? IPC : null;
        }
    }

    Sysctls {
        allowed = allowed.stream().map(Sysctls::dotted).toList();
        for (var name : allowed) {
            if (Kept.of(name) == null)
                throw new IllegalArgumentException(
                        "allowed unsafe sysctls: '%s' is not known to be namespaced".formatted(name));
        }
    }

    /** Why a pod may not have what it asks for; null if it may. */
    @Nullable
    String forbidden(Pod pod) {
        for (var sysctl : pod.spec().items("securityContext", "sysctls")) {
            var name = dotted(sysctl.textOrEmpty("name"));
            if (!isAllowed(name)) return "forbidden sysctl: \"%s\" not allowlisted".formatted(name);
            var kept = Kept.of(name);
            boolean shared = kept == Kept.NET ? pod.hostNetwork() : pod.spec().flag("hostIPC");
            if (kept != null && shared)
                return "forbidden sysctl: \"%s\" not allowed with host %s enabled"
                        .formatted(name, kept.name().toLowerCase(Locale.ROOT));
        }
        return null;
    }

    private boolean isAllowed(String name) {
        return SAFE.contains(name)
                || allowed.stream()
                        .anyMatch(one -> one.endsWith("*")
                                ? name.startsWith(one.substring(0, one.length() - 1))
                                : name.equals(one));
    }

    /** {@code net/ipv4/conf/eth0.1/x} is another way to write {@code net.ipv4.conf.eth0/1.x}. */
    static String dotted(String name) {
        int first = name.indexOf('/');
        if (first < 0 || name.indexOf('.') >= 0 && name.indexOf('.') < first) return name;
        return name.replace('/', '\n').replace('.', '/').replace('\n', '.');
    }
}
