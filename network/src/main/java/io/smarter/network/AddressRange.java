package io.smarter.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A network of which pods and their node have addresses, all but the first and, in IPv4, the last one. */
record AddressRange(IpBlock block) {
    private static final int FEWEST_HOST_BITS = 3;
    private static final int FEWEST_BITS = 8;
    /** Of longer ranges of IPv6 only so many addresses are given out. */
    private static final int MOST_HOST_BITS = 20;

    /**
     * Reads {@code ADDRESS/PREFIX}; the bits behind the prefix don't matter.
     *
     * @param ipv4 whether it is to be of IPv4, and not of IPv6
     * @throws IllegalArgumentException naming subject, rule and value
     */
    static AddressRange parse(String subject, String text, boolean ipv4) {
        var block = IpBlock.of(text).filter(found -> found.isIpv4() == ipv4);
        if (block.isEmpty())
            throw new IllegalArgumentException("%s: must be a range of %s, was '%s'"
                    .formatted(
                            subject,
                            ipv4 ? "IPv4 addresses such as 10.39.0.0/16" : "IPv6 addresses such as fd39::/64",
                            text));
        int most = (ipv4 ? 32 : 128) - FEWEST_HOST_BITS;
        int bits = block.get().bits();
        if (bits < FEWEST_BITS || bits > most)
            throw new IllegalArgumentException(
                    "%s: must have a prefix from %d to %d, was '%s'".formatted(subject, FEWEST_BITS, most, text));
        return new AddressRange(block.get());
    }

    boolean contains(InetAddress address) {
        return block.contains(address);
    }

    boolean overlaps(IpBlock other) {
        return block.contains(other) || other.contains(block);
    }

    int prefix() {
        return block.bits();
    }

    /** How many addresses pods and the node may have: numbers 1 to this. */
    int size() {
        int bits = block.first().getAddress().length * 8 - block.bits();
        return (1 << Math.min(bits, MOST_HOST_BITS)) - 2;
    }

    InetAddress address(int number) {
        var first = block.first().getAddress();
        var sum = new BigInteger(1, first).add(BigInteger.valueOf(number)).toByteArray();
        var bytes = new byte[first.length];
        int length = Math.min(sum.length, bytes.length);
        System.arraycopy(sum, sum.length - length, bytes, bytes.length - length, length);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is that of an address", e);
        }
    }

    /** The number of an address of the range. */
    int number(InetAddress address) {
        return new BigInteger(1, address.getAddress())
                .subtract(new BigInteger(1, block.first().getAddress()))
                .min(BigInteger.valueOf(Integer.MAX_VALUE))
                .intValue();
    }

    @Override
    public String toString() {
        return block.toString();
    }
}
