package io.smarter.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Calls of the C library, each one as its manual page of section 2 has it. A failure is an {@link IOException} that says
 * what was called and why it failed. May be used by many threads.
 */
@SuppressWarnings("restricted") // here and in what builds on it the kernel is called
final class NativeCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOSPC = 28;
    static final int ENOBUFS = 105;

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = handle("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = handle("bind", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SEND = handle("send", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle RECV = handle("recv", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle SETSOCKOPT = handle("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle OPEN = variadic(2, "open", INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CLOSE = handle("close", INT, INT);
    private static final MethodHandle SETNS = handle("setns", INT, INT, INT);
    private static final MethodHandle POLL = handle("poll", INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle EVENTFD = handle("eventfd", INT, INT, INT);
    private static final MethodHandle WRITE = handle("write", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle KILL = handle("kill", INT, INT, INT);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(address("strerror"), FunctionDescriptor.of(ValueLayout.ADDRESS, INT));

    private NativeCalls() {}

    /** A call that failed, and the kernel's number for the reason. */
    static final class ErrnoException extends IOException {
        private static final long serialVersionUID = 1;

        private final int errno;

        ErrnoException(String what, int errno) {
            super(what + ": " + reason(errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                address(name), FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    private static MemorySegment address(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /** The same for a function that takes any number of arguments, from one on. */
    static MethodHandle variadic(int from, String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                address(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(from));
    }

    @FunctionalInterface
    interface Call {
        long apply(MemorySegment state) throws Throwable;
    }

    static long call(String what, Call call) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            long result = call.apply(state);
            if (result < 0) throw new ErrnoException(what, (int) ERRNO.get(state, 0L));
            return result;
        } catch (ErrnoException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("the C library's functions throw nothing", e);
        }
    }

    static int socket(int family, int type, int protocol) throws IOException {
        return (int) call("socket", state -> (int) SOCKET.invokeExact(state, family, type, protocol));
    }

    static void bind(int socket, MemorySegment address) throws IOException {
        call("bind", state -> (int) BIND.invokeExact(state, socket, address, (int) address.byteSize()));
    }

    static void send(int socket, MemorySegment bytes) throws IOException {
        call("send", state -> (long) SEND.invokeExact(state, socket, bytes, bytes.byteSize(), 0));
    }

    /** How many bytes came; the rest of what was longer than the segment is lost. */
    static int receive(int socket, MemorySegment into) throws IOException {
        while (true) {
            try {
                return (int) call("recv", state -> (long) RECV.invokeExact(state, socket, into, into.byteSize(), 0));
            } catch (ErrnoException e) {
                if (e.errno() != EINTR) throw e;
            }
        }
    }

    /** Sets an option of a socket, socket(7). */
    static void setOption(int socket, int level, int option, MemorySegment value) throws IOException {
        call("setsockopt", state ->
                (int) SETSOCKOPT.invokeExact(state, socket, level, option, value, (int) value.byteSize()));
    }

    /** Opens for reading. */
    static int open(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(file.toString());
            return (int) call("open " + file, state -> (int) OPEN.invokeExact(state, name, O_CLOEXEC));
        }
    }

    static void kill(int pid, int signal) throws IOException {
        call("kill", state -> (int) KILL.invokeExact(state, pid, signal));
    }

    static void close(int descriptor) throws IOException {
        call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
    }

    /** Moves the calling thread, which must not be a virtual one, into a network namespace. */
    static void enterNetwork(int namespace, Path name) throws IOException {
        call("setns " + name, state -> (int) SETNS.invokeExact(state, namespace, CLONE_NEWNET));
    }

    /** Something to wait for with {@link #await}. */
    static int event() throws IOException {
        return (int) call("eventfd", state -> (int) EVENTFD.invokeExact(state, 0, O_CLOEXEC));
    }

    static void signal(int event) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocateFrom(LONG, 1L);
            call("write", state -> (long) WRITE.invokeExact(state, event, one, (long) Long.BYTES));
        }
    }

    /** Waits until one of two descriptors has something to read; says whether it is the first. */
    static boolean await(int first, int second) throws IOException {
        return !awaitAny(first, second).get(1);
    }

    /** Waits until at least one of the descriptors has something to read, or an error; says which have. */
    static BitSet awaitAny(int... descriptors) throws IOException {
        short readable = 1;
        try (var arena = Arena.ofConfined()) {
            var all = arena.allocate(LONG, descriptors.length);
            for (int i = 0; i < descriptors.length; i++) {
                all.set(INT, 8L * i, descriptors[i]);
                all.set(ValueLayout.JAVA_SHORT, 8L * i + 4, readable);
            }
            poll(all, descriptors.length);
            var ready = new BitSet();
            for (int i = 0; i < descriptors.length; i++) ready.set(i, all.get(ValueLayout.JAVA_SHORT, 8L * i + 6) != 0);
            return ready;
        }
    }

    private static void poll(MemorySegment descriptors, long count) throws IOException {
        while (true) {
            try {
                call("poll", state -> (int) POLL.invokeExact(state, descriptors, count, -1));
                return;
            } catch (ErrnoException e) {
                if (e.errno() != EINTR) throw e;
            }
        }
    }

    /** The C library's words for an error number. */
    static String reason(int errno) {
        try {
            var text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0);
        } catch (Throwable e) {
            throw new AssertionError("the C library's functions throw nothing", e);
        }
    }
}
