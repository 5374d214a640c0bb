package io.smarter.cel;

import io.smarter.api.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and ranges of addresses in expressions (Kubernetes' IP and CIDR libraries). Pure functions. */
final class CelAddresses {
    private CelAddresses() {}

    /** @param bytes 4 or 16 of them, one character each, so that equal addresses are equal */
    record Ip(CelTokens.Bytes bytes) {
        static Ip of(byte[] bytes) {
            return new Ip(CelTokens.Bytes.of(bytes));
        }

        byte[] octets() {
            return bytes.latin().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }

        InetAddress address() {
            try {
                return InetAddress.getByAddress(octets());
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address has 4 or 16 bytes", e);
            }
        }

        long family() {
            return bytes.latin().length() == 4 ? 4 : 6;
        }
    }

    record Cidr(Ip ip, int prefix) {
        Ip masked() {
            var octets = ip.octets();
            for (int i = 0; i < octets.length; i++) {
                int kept = Math.clamp(prefix - 8L * i, 0, 8);
                octets[i] &= (byte) (0xff00 >> kept);
            }
            return Ip.of(octets);
        }

        boolean contains(Ip other) {
            return other.family() == ip.family()
                    && new Cidr(other, prefix).masked().equals(masked());
        }

        boolean contains(Cidr other) {
            return other.prefix >= prefix && contains(other.ip);
        }
    }

    static boolean isIp(String text) {
        return IpAddress.isIpv4(text) || IpAddress.isIpv6(text);
    }

    static Ip ip(String text) {
        if (!isIp(text))
            throw new Cel.Failure(-1, "IP Address \"" + text + "\" parse error during conversion from string");
        try {
            return Ip.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            throw new Cel.Failure(-1, "IP Address \"" + text + "\" parse error: " + e.getMessage());
        }
    }

    static Cidr cidr(String text) {
        if (!IpAddress.isCidr(text))
            throw new Cel.Failure(
                    -1, "network address parse error during conversion from string: invalid CIDR \"" + text + '"');
        int slash = text.indexOf('/');
        return new Cidr(ip(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** As it is written the one right way (RFC 5952). */
    static String text(Ip ip) {
        if (ip.family() == 4) return String.valueOf(ip.address().getHostAddress());
        var octets = ip.octets();
        var groups = new int[8];
        for (int i = 0; i < 8; i++) groups[i] = (octets[2 * i] & 0xff) << 8 | octets[2 * i + 1] & 0xff;
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) end++;
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    static String text(Cidr cidr) {
        return text(cidr.ip) + "/" + cidr.prefix;
    }

    static @Nullable Object method(Ip ip, String name) {
        var address = ip.address();
        return switch (name) {
            case "family" -> ip.family();
            case "isUnspecified" -> address.isAnyLocalAddress();
            case "isLoopback" -> address.isLoopbackAddress();
            case "isLinkLocalMulticast" -> address.isMCLinkLocal();
            case "isLinkLocalUnicast" -> address.isLinkLocalAddress();
            case "isGlobalUnicast" -> isGlobal(address);
            default -> null;
        };
    }

    private static boolean isGlobal(InetAddress address) {
        boolean broadcast =
                !(address instanceof Inet6Address) && Arrays.equals(address.getAddress(), new byte[] {-1, -1, -1, -1});
        return !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                && !broadcast;
    }

    static @Nullable Object method(Cidr cidr, String name, List<Object> arguments) {
        var argument = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (name) {
            case "ip" -> cidr.ip;
            case "masked" -> new Cidr(cidr.masked(), cidr.prefix);
            case "prefixLength" -> (long) cidr.prefix;
            case "containsIP" ->
                switch (argument) {
                    case Ip ip -> cidr.contains(ip);
                    case String text -> cidr.contains(ip(text));
                    case null, default -> null;
                };
            case "containsCIDR" ->
                switch (argument) {
                    case Cidr other -> cidr.contains(other);
                    case String text -> cidr.contains(cidr(text));
                    case null, default -> null;
                };
            default -> null;
        };
    }
}
