package io.smarter.linux;

import static io.smarter.linux.NativeCalls.call;
import static io.smarter.linux.NativeCalls.handle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Calls of the C library by which one hears of changes, inotify(7) and recvfrom(2). */
final class WatchCalls {
    private static final int NONBLOCK_CLOEXEC = 0x80800;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle INIT = handle("inotify_init1", INT, INT);
    private static final MethodHandle ADD = handle("inotify_add_watch", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle REMOVE = handle("inotify_rm_watch", INT, INT, INT);
    private static final MethodHandle READ = handle("read", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle RECVFROM =
            handle("recvfrom", LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

    private WatchCalls() {}

    /** A descriptor to watch with, which never waits. */
    static int inotify() throws IOException {
        return (int) call("inotify_init1", state -> (int) INIT.invokeExact(state, NONBLOCK_CLOEXEC));
    }

    static int addWatch(int inotify, Path folder, int mask) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(folder.toString());
            return (int)
                    call("inotify_add_watch " + folder, state -> (int) ADD.invokeExact(state, inotify, name, mask));
        }
    }

    static void removeWatch(int inotify, int watch) throws IOException {
        call("inotify_rm_watch", state -> (int) REMOVE.invokeExact(state, inotify, watch));
    }

    /** How many bytes came; -1 when there is nothing now. */
    static int read(int descriptor, MemorySegment into) throws IOException {
        return orNothing(() ->
                call("read", state -> (long) READ.invokeExact(state, descriptor, into, into.byteSize())));
    }

    /**
     * How many bytes came; -1 when there is nothing now.
     *
     * @param sender where the address of the sender is put, as long as it is
     */
    static int receive(int socket, MemorySegment into, MemorySegment sender) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var length = arena.allocateFrom(INT, (int) sender.byteSize());
            return orNothing(() -> call("recvfrom", state ->
                    (long) RECVFROM.invokeExact(state, socket, into, into.byteSize(), 0, sender, length)));
        }
    }

    @FunctionalInterface
    private interface Reading {
        long read() throws IOException;
    }

    private static int orNothing(Reading reading) throws IOException {
        while (true) {
            try {
                return (int) reading.read();
            } catch (NativeCalls.ErrnoException e) {
                if (e.errno() == NativeCalls.EAGAIN) return -1;
                if (e.errno() != NativeCalls.EINTR) throw e;
            }
        }
    }
}
