package io.smarter.linux;

import io.smarter.linux.NetworkKernel.Rate;

/** Limits of what goes out of an interface, in the words of linux/pkt_sched.h and pkt_cls.h. Pure functions. */
final class TrafficMessages {
    private static final int NEW_QUEUE = 36;
    private static final int NEW_FILTER = 44;
    private static final int CREATE = NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.REPLACE;

    private static final int ROOT = 0xffffffff;
    private static final int INGRESS = 0xfffffff1;
    private static final int INGRESS_HANDLE = 0xffff0000;
    private static final int KIND = 1;
    private static final int OPTIONS = 2;

    private static final int TBF_PARAMETERS = 1;
    private static final int TBF_RATE64 = 4;
    private static final int TBF_BURST = 6;
    private static final int ETHERNET = 1;
    /** A packet waits at most so long for its turn. */
    private static final double LONGEST_WAIT_SECONDS = 0.025;

    private static final int EVERY_PROTOCOL = 0x0300;
    private static final int U32_SELECTOR = 5;
    private static final int U32_ACTIONS = 7;
    private static final int ACTION_KIND = 1;
    private static final int ACTION_OPTIONS = 2;
    private static final int MIRRED_PARAMETERS = 2;
    private static final int STOLEN = 4;
    private static final int REDIRECT_OUT = 1;

    private TrafficMessages() {}

    /** A token bucket, tc-tbf(8), before what an interface sends. */
    static NetlinkMessage limit(int link, Rate rate) {
        long bytes = Math.max(1, rate.bitsPerSecond() / 8);
        int burst = Math.clamp(rate.burstBits() / 8, 1500, Integer.MAX_VALUE);
        int limit = Math.clamp((long) (bytes * LONGEST_WAIT_SECONDS) + burst, 1, Integer.MAX_VALUE);
        var message = queue(link, 1 << 16, ROOT, "tbf");
        int options = message.open(OPTIONS);
        message.u16(4 + 36).u16(TBF_PARAMETERS);
        rate(message, bytes);
        rate(message, 0);
        message.u32(limit).u32(0).u32(0);
        if (bytes > 0xffffffffL) {
            var wide = java.nio.ByteBuffer.allocate(8)
                    .order(java.nio.ByteOrder.nativeOrder())
                    .putLong(bytes);
            message.attribute(TBF_RATE64, wide.array());
        }
        return message.number(TBF_BURST, burst).close(options);
    }

    /** Sends all that comes in by an interface out of another one. */
    static NetlinkMessage redirect(int link, int to) {
        var message = queue(link, INGRESS_HANDLE, INGRESS, "ingress");
        message.begin(NEW_FILTER, CREATE)
                .u32(0)
                .u32(link)
                .u32(0)
                .u32(INGRESS_HANDLE)
                .u32(1 << 16 | EVERY_PROTOCOL);
        message.attribute(KIND, "u32");
        int options = message.open(OPTIONS);
        int actions = message.open(U32_ACTIONS);
        int first = message.open(1);
        message.attribute(ACTION_KIND, "mirred");
        int action = message.open(ACTION_OPTIONS);
        message.u16(4 + 28).u16(MIRRED_PARAMETERS);
        message.u32(0).u32(0).u32(STOLEN).u32(0).u32(0).u32(REDIRECT_OUT).u32(to);
        message.close(action).close(first).close(actions);
        message.u16(4 + 32).u16(U32_SELECTOR);
        message.u8(1).u8(0).u8(1).u8(0).u16(0).u16(0).u16(0).u16(0).u32(0);
        return message.u32(0).u32(0).u32(0).u32(0).close(options);
    }

    private static NetlinkMessage queue(int link, int handle, int parent, String kind) {
        return new NetlinkMessage()
                .begin(NEW_QUEUE, CREATE)
                .u32(0)
                .u32(link)
                .u32(handle)
                .u32(parent)
                .u32(0)
                .attribute(KIND, kind);
    }

    private static void rate(NetlinkMessage message, long bytes) {
        message.u8(0).u8(bytes == 0 ? 0 : ETHERNET).u16(0).u16(0).u16(0).u32((int) Math.min(bytes, 0xffffffffL));
    }
}
