package io.smarter.network;

import io.smarter.api.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The addresses that begin with the same bits, as CIDR writes them.
 *
 * @param first the lowest of them
 * @param bits how many bits they share
 */
record IpBlock(InetAddress first, int bits) {
    IpBlock {
        first = masked(first, bits);
    }

    /** What a text such as {@code 10.39.0.0/16} names, whatever its bits behind the prefix; empty if it is no such text. */
    static Optional<IpBlock> of(String text) {
        if (!IpAddress.isCidr(text)) return Optional.empty();
        int slash = text.indexOf('/');
        var address = InetAddress.ofLiteral(text.substring(0, slash));
        int bits = Integer.parseInt(text.substring(slash + 1));
        // A literal such as ::ffff:10.0.0.0 is read as the IPv4 address that it means.
        return bits > 8 * address.getAddress().length ? Optional.empty() : Optional.of(new IpBlock(address, bits));
    }

    boolean isIpv4() {
        return first.getAddress().length == 4;
    }

    boolean contains(InetAddress address) {
        return address.getAddress().length == first.getAddress().length
                && masked(address, bits).equals(first);
    }

    /** Whether all addresses of another block are of this one. */
    boolean contains(IpBlock other) {
        return other.bits >= bits && contains(other.first);
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + bits;
    }

    private static InetAddress masked(InetAddress address, int bits) {
        var bytes = address.getAddress();
        if (bits < 0 || bits > 8 * bytes.length)
            throw new IllegalArgumentException("%s: a prefix of %d bits".formatted(address, bits));
        int whole = bits / 8;
        if (whole < bytes.length) {
            bytes[whole] &= (byte) (0xff00 >> (bits % 8));
            Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is that of an address", e);
        }
    }
}
