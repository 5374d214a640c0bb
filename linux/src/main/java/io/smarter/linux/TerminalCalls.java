package io.smarter.linux;

import static io.smarter.linux.NativeCalls.call;
import static io.smarter.linux.NativeCalls.handle;
import static io.smarter.linux.NativeCalls.variadic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Calls of the C library on terminals, each one as its manual page of section 2 has it. */
final class TerminalCalls {
    private static final int O_CLOEXEC = 0x80000;
    private static final int POLLFD = 8;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN = variadic(2, "open", INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle READ = handle("read", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle WRITE = handle("write", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle IOCTL = variadic(2, "ioctl", INT, INT, LONG, ValueLayout.ADDRESS);
    private static final MethodHandle POLL = handle("poll", INT, ValueLayout.ADDRESS, LONG, INT);

    private TerminalCalls() {}

    static int open(Path file, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(file.toString());
            return (int) call("open " + file, state -> (int) OPEN.invokeExact(state, name, O_CLOEXEC | flags));
        }
    }

    /** How many bytes came, 0 at the end. */
    static int read(int descriptor, MemorySegment into) throws IOException {
        return (int) call("read", state -> (long) READ.invokeExact(state, descriptor, into, into.byteSize()));
    }

    /** How many of the bytes were taken. */
    static int write(int descriptor, MemorySegment bytes) throws IOException {
        return (int) call("write", state -> (long) WRITE.invokeExact(state, descriptor, bytes, bytes.byteSize()));
    }

    /** Asks a device for something of its own, ioctl(2); a number is given as the address. */
    static void control(String what, int descriptor, long request, MemorySegment argument) throws IOException {
        call(what, state -> (int) IOCTL.invokeExact(state, descriptor, request, argument));
    }

    /** Waits for what an array of pollfd asks for. A signal ends it early. */
    static void poll(MemorySegment descriptors, int milliseconds) throws IOException {
        long count = descriptors.byteSize() / POLLFD;
        try {
            call("poll", state -> (int) POLL.invokeExact(state, descriptors, count, milliseconds));
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NativeCalls.EINTR) throw e;
        }
    }
}
