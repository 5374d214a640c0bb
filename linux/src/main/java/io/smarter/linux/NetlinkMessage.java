package io.smarter.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Messages for the kernel, one after the other, as netlink(7) has them: a header, a structure that depends on the type, and
 * attributes, which may hold attributes. Used by one thread.
 */
final class NetlinkMessage {
    static final int HEADER = 16;
    static final short REQUEST = 0x1;
    static final short ACK = 0x4;
    static final short DUMP = 0x300;
    static final short REPLACE = 0x100;
    static final short EXCLUSIVE = 0x200;
    static final short CREATE = 0x400;

    private static final int NESTED = 0x8000;
    /** Of this length are the longest messages that we send: elements for some ten thousand pods. */
    private static final int LONGEST = 4 << 20;

    private ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    private int start;
    private int acknowledged;

    /** Begins a message; whether the kernel is to say how it went is a flag of it. */
    NetlinkMessage begin(int type, int flags) {
        end();
        start = bytes.position();
        u32(0).u16(type).u16(flags | REQUEST).u32(0).u32(0);
        if ((flags & ACK) != 0) acknowledged++;
        return this;
    }

    NetlinkMessage u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    NetlinkMessage u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        room(4).putInt(value);
        return this;
    }

    /** A number in the network's order of bytes. */
    NetlinkMessage be32(int value) {
        return u32(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
    }

    NetlinkMessage be16(int value) {
        u8(value >>> 8);
        return u8(value);
    }

    NetlinkMessage raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        u16(4 + value.length).u16(type).raw(value);
        return pad();
    }

    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    NetlinkMessage number(int type, int value) {
        return u16(8).u16(type).u32(value);
    }

    NetlinkMessage small(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** Begins an attribute that holds others; gives what {@link #close} wants. */
    int open(int type) {
        int at = bytes.position();
        u16(0).u16(type | NESTED);
        return at;
    }

    NetlinkMessage close(int opened) {
        bytes.putShort(opened, (short) (bytes.position() - opened));
        return this;
    }

    /** How many of the messages the kernel acknowledges. */
    int acknowledged() {
        return acknowledged;
    }

    /** All messages, with this number in their headers. */
    byte[] toBytes(int sequence) {
        end();
        var all = new byte[bytes.position()];
        bytes.get(0, all);
        var headers = ByteBuffer.wrap(all).order(ByteOrder.nativeOrder());
        for (int at = 0; at < all.length; at += aligned(headers.getInt(at))) headers.putInt(at + 8, sequence);
        return all;
    }

    static int aligned(int length) {
        return (length + 3) & ~3;
    }

    private void end() {
        if (bytes.position() == start) return;
        bytes.putInt(start, bytes.position() - start);
        pad();
    }

    private NetlinkMessage pad() {
        while (bytes.position() % 4 != 0) u8(0);
        return this;
    }

    private ByteBuffer room(int length) {
        if (bytes.remaining() >= length) return bytes;
        int size = Math.max(bytes.capacity() * 2, bytes.position() + length);
        if (size > LONGEST) throw new IllegalStateException("message for the kernel is longer than " + LONGEST);
        bytes.flip();
        bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()).put(bytes);
        return bytes;
    }
}
