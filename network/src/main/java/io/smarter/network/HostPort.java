package io.smarter.network;

import org.jspecify.annotations.Nullable;

/**
 * A port of the node that is a pod's.
 *
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostIp the node's address at which it is; null for all
 */
record HostPort(
        String protocol,
        int hostPort,
        int containerPort,
        @Nullable String hostIp) {
    /** Whether one packet could be meant for both. */
    boolean overlaps(HostPort other) {
        return hostPort == other.hostPort
                && protocol.equals(other.protocol)
                && (hostIp == null || other.hostIp == null || hostIp.equals(other.hostIp));
    }

    /** The protocol's number, by which the kernel knows it. */
    int protocolNumber() {
        return switch (protocol) {
            case "tcp" -> 6;
            case "udp" -> 17;
            case "sctp" -> 132;
            default -> throw new IllegalStateException("protocol " + protocol);
        };
    }
}
