package io.smarter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.linux.DeviceEvents.Event;
import io.smarter.linux.DeviceEvents.Lost;
import io.smarter.linux.DeviceEvents.Uevent;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Consumer;

/** The kernel's messages on its objects, netlink(7), {@code NETLINK_KOBJECT_UEVENT}. Used by one thread. */
final class UeventSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0x80800;
    private static final int KOBJECT_UEVENT = 15;
    private static final int FROM_KERNEL = 1;
    private static final int SOL_SOCKET = 1;
    private static final int RECEIVE_BUFFER = 33;
    /** Room for the thousands of messages of a hub that is plugged in. */
    private static final int ROOM = 1 << 20;
    /** The kernel's own are at most 2 KiB and a path long. */
    private static final int LONGEST = 8 << 10;

    private static final int MOST_FIELDS = 64;

    private final int descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(LONGEST, 8);
    private final MemorySegment sender = arena.allocate(12, 4);

    private UeventSocket(int descriptor) throws IOException {
        this.descriptor = descriptor;
        NativeCalls.setOption(descriptor, SOL_SOCKET, RECEIVE_BUFFER, arena.allocateFrom(ValueLayout.JAVA_INT, ROOM));
        var address = arena.allocate(12, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
        address.set(ValueLayout.JAVA_INT, 8, FROM_KERNEL);
        NativeCalls.bind(descriptor, address);
    }

    static UeventSocket open() throws IOException {
        int descriptor = NativeCalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, KOBJECT_UEVENT);
        try {
            return new UeventSocket(descriptor);
        } catch (IOException e) {
            NativeCalls.close(descriptor);
            throw e;
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Tells the next that has come, and does not wait for it. */
    void read(Consumer<Event> listener) throws IOException {
        try {
            int length = WatchCalls.receive(descriptor, buffer, sender);
            if (length < 0 || !isKernel()) return;
            parse(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)).ifPresent(listener);
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NativeCalls.ENOBUFS) throw e;
            drain();
            listener.accept(new Lost());
        }
    }

    /**
     * Takes away what is left: until nothing is, the kernel drops whatever comes and does not say so again. Who has lost some
     * looks at everything anyway.
     */
    private void drain() throws IOException {
        int length = 0;
        while (length >= 0) {
            try {
                length = WatchCalls.receive(descriptor, buffer, sender);
            } catch (NativeCalls.ErrnoException e) {
                if (e.errno() != NativeCalls.ENOBUFS) throw e;
            }
        }
    }

    /** Whoever else writes to us has a number; the kernel's is 0. */
    private boolean isKernel() {
        return sender.get(ValueLayout.JAVA_INT, 4) == 0;
    }

    /** Reads {@code add@/devices/…} and the fields behind it, each ended by a NUL; empty for anything else. */
    static Optional<Uevent> parse(byte[] message) {
        var parts = new String(message, 0, Math.min(message.length, LONGEST), UTF_8).split("\0", MOST_FIELDS);
        int at = parts[0].indexOf('@');
        if (at <= 0 || !parts[0].startsWith("/", at + 1)) return Optional.empty();
        var fields = new HashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) fields.putIfAbsent(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return Optional.of(new Uevent(
                parts[0].substring(0, at),
                parts[0].substring(at + 1),
                fields.getOrDefault("SUBSYSTEM", ""),
                fields.getOrDefault("DEVNAME", ""),
                number(fields.getOrDefault("MAJOR", "")),
                number(fields.getOrDefault("MINOR", ""))));
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    @Override
    public void close() throws IOException {
        try {
            NativeCalls.close(descriptor);
        } finally {
            arena.close();
        }
    }
}
