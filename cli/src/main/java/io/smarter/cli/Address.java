package io.smarter.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Reads {@code ADDR:PORT}, with an IPv6 address in square brackets. */
final class Address {
    private static final int MAX_PORT = 65535;

    private Address() {}

    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) throw new CliException("address must be ADDR:PORT, was '%s'".formatted(text));
        var host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > MAX_PORT) throw new NumberFormatException();
            return new InetSocketAddress(InetAddress.getByName(host.isEmpty() ? "0.0.0.0" : host), port);
        } catch (NumberFormatException e) {
            throw new CliException("port must be 0 to 65535 in '%s'".formatted(text), e);
        } catch (UnknownHostException e) {
            throw new CliException("unknown host in '%s'".formatted(text), e);
        }
    }
}
