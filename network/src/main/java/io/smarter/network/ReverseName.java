package io.smarter.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** The names under {@code in-addr.arpa} (RFC 1035 section 3.5) and {@code ip6.arpa} (RFC 3596 section 2.5). Pure functions. */
final class ReverseName {
    private static final String IPV4 = ".in-addr.arpa";
    private static final String IPV6 = ".ip6.arpa";

    private ReverseName() {}

    /** The name of an address. */
    static String of(InetAddress address) {
        var bytes = address.getAddress();
        var name = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            int value = bytes[i] & 0xff;
            if (bytes.length == 4) name.append(value).append('.');
            else append(name, value & 15, value >> 4);
        }
        return name.append((bytes.length == 4 ? IPV4 : IPV6).substring(1)).toString();
    }

    private static void append(StringBuilder name, int low, int high) {
        name.append(Character.forDigit(low, 16)).append('.');
        name.append(Character.forDigit(high, 16)).append('.');
    }

    /** The addresses that a name, or the names below it, are of; empty if it is no such name. */
    static Optional<IpBlock> block(String name) {
        if (name.endsWith(IPV4)) return block(name.substring(0, name.length() - IPV4.length()), 10, 8, 4);
        if (name.endsWith(IPV6)) return block(name.substring(0, name.length() - IPV6.length()), 16, 4, 16);
        return Optional.empty();
    }

    private static Optional<IpBlock> block(String reversed, int radix, int bitsEach, int length) {
        var labels = reversed.split("\\.", -1);
        if (labels.length * bitsEach > 8 * length) return Optional.empty();
        var bytes = new byte[length];
        for (int i = 0; i < labels.length; i++) {
            int value = number(labels[labels.length - 1 - i], radix, 1 << bitsEach);
            if (value < 0) return Optional.empty();
            int shift = bitsEach == 8 || i % 2 == 1 ? 0 : 4;
            bytes[i * bitsEach / 8] |= (byte) (value << shift);
        }
        try {
            return Optional.of(new IpBlock(InetAddress.getByAddress(bytes), labels.length * bitsEach));
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is that of an address", e);
        }
    }

    /** The number that a label is, written without zeros before it; negative if it is none. */
    private static int number(String label, int radix, int limit) {
        if (label.isEmpty() || label.length() > 3 || label.length() > 1 && label.startsWith("0")) return -1;
        int value = 0;
        for (int i = 0; i < label.length(); i++) {
            int digit = Character.digit(label.charAt(i), radix);
            if (digit < 0 || label.charAt(i) > 'z') return -1;
            value = value * radix + digit;
        }
        return value < limit ? value : -1;
    }
}
