package io.smarter.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A conversation with the kernel, netlink(7). One request at a time; others wait. Works for the network namespace in which
 * it was opened, whatever thread uses it.
 */
final class NetlinkSocket implements AutoCloseable {
    static final int ROUTE = 0;
    static final int NETFILTER = 12;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int RECEIVE_TIMEOUT = 20;
    private static final int SEND_BUFFER = 32;
    private static final int RECEIVE_BUFFER = 33;
    /** The kernel answers at once; who waits longer has lost an answer. */
    private static final long PATIENCE_SECONDS = 10;
    /** Room for the longest message, and for as many acknowledgements. */
    private static final int ROOM = 4 << 20;

    private static final int ERROR = 2;
    private static final int DONE = 3;
    /** As long as what the kernel puts into one answer of a dump at most. */
    private static final int BUFFER = 32 << 10;

    private final int descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);
    private final ReentrantLock lock = new ReentrantLock();
    private int sequence;

    /** An answer: its type, the number of the request (0 for events), and what follows the header. */
    record Answer(int type, int sequence, ByteBuffer body) {}

    private NetlinkSocket(int descriptor, int protocol, int groups) throws IOException {
        this.descriptor = descriptor;
        var address = arena.allocate(12, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
        address.set(ValueLayout.JAVA_INT, 8, groups);
        NativeCalls.bind(descriptor, address);
        var patience = arena.allocate(16, 8);
        patience.set(ValueLayout.JAVA_LONG, 0, PATIENCE_SECONDS);
        NativeCalls.setOption(descriptor, SOL_SOCKET, RECEIVE_TIMEOUT, patience);
        var room = arena.allocateFrom(ValueLayout.JAVA_INT, ROOM);
        if (protocol == NETFILTER) {
            NativeCalls.setOption(descriptor, SOL_SOCKET, SEND_BUFFER, room);
            NativeCalls.setOption(descriptor, SOL_SOCKET, RECEIVE_BUFFER, room);
        }
    }

    /**
     * Opens in the namespace of the calling thread.
     *
     * @param groups of events that it is to hear of, one bit each
     */
    static NetlinkSocket open(int protocol, int groups) throws IOException {
        int descriptor = NativeCalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
        try {
            return new NetlinkSocket(descriptor, protocol, groups);
        } catch (IOException e) {
            NativeCalls.close(descriptor);
            throw e;
        }
    }

    /** Opens in another namespace, of which the file is open. */
    static NetlinkSocket openIn(int namespace, Path name, int protocol) throws IOException {
        try {
            return new NetworkNamespace(name).call(namespace, () -> open(protocol, 0));
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /**
     * Sends messages and waits until each that asks for it is acknowledged. Of messages that change the kernel's routes and
     * interfaces those behind a failed one are tried, too; rules stand or fall together.
     *
     * @param what for the error's text
     * @throws NativeCalls.ErrnoException with the first error
     */
    void request(String what, NetlinkMessage messages) throws IOException {
        lock.lock();
        try {
            int sent = send(messages);
            int missing = messages.acknowledged();
            while (missing > 0) {
                for (var answer : receive()) {
                    if (answer.type() != ERROR || answer.sequence() != sent) continue;
                    check(what, answer);
                    missing--;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static void check(String what, Answer answer) throws NativeCalls.ErrnoException {
        int errno = -answer.body().getInt(0);
        if (errno != 0) throw new NativeCalls.ErrnoException(what, errno);
    }

    /** Sends one message, which asks for a dump or an acknowledgement; gives the answers before the end of that. */
    List<Answer> ask(String what, NetlinkMessage message) throws IOException {
        lock.lock();
        try {
            int sent = send(message);
            var answers = new ArrayList<Answer>();
            while (true) {
                for (var answer : receive()) {
                    if (answer.sequence() != sent) continue;
                    if (answer.type() == DONE) return answers;
                    if (answer.type() == ERROR) {
                        check(what, answer);
                        return answers;
                    }
                    answers.add(answer);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Waits for one read's worth of messages: answers to the last request, or events. */
    List<Answer> receive() throws IOException {
        int length = NativeCalls.receive(descriptor, buffer);
        var copy = new byte[length];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, copy, 0, length);
        var bytes = ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder());
        var answers = new ArrayList<Answer>();
        int at = 0;
        while (at + NetlinkMessage.HEADER <= length) {
            int size = bytes.getInt(at);
            if (size < NetlinkMessage.HEADER || at + size > length) break;
            var body = bytes.slice(at + NetlinkMessage.HEADER, size - NetlinkMessage.HEADER)
                    .order(ByteOrder.nativeOrder());
            answers.add(new Answer(Short.toUnsignedInt(bytes.getShort(at + 4)), bytes.getInt(at + 8), body));
            at += NetlinkMessage.aligned(size);
        }
        return answers;
    }

    @Override
    public void close() throws IOException {
        try {
            NativeCalls.close(descriptor);
        } finally {
            arena.close();
        }
    }

    private int send(NetlinkMessage messages) throws IOException {
        try (var memory = Arena.ofConfined()) {
            int number = ++sequence;
            NativeCalls.send(descriptor, memory.allocateFrom(ValueLayout.JAVA_BYTE, messages.toBytes(number)));
            return number;
        }
    }
}
