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

/** Calls of the C library on files relative to an open folder, which nobody can put another in the place of. */
final class FileCalls {
    static final int ENOENT = 2;

    /** {@code O_NOFOLLOW}; some machines have numbers of their own for it and the next. */
    static final int NO_FOLLOW = isArm() ? 0x8000 : 0x20000;

    private static final int DIRECTORY = isArm() ? 0x4000 : 0x10000;
    /** Only a place in the tree: nothing is opened in truth. */
    static final int PATH_NO_FOLLOW = 0x200000 | NO_FOLLOW | 0x80000;

    static final int PATH_FOLDER = PATH_NO_FOLLOW | DIRECTORY;

    private static final int EMPTY_PATH = 0x1000;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPENAT = variadic(3, "openat", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle MKDIRAT = handle("mkdirat", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle MKNODAT = handle("mknodat", INT, INT, ValueLayout.ADDRESS, INT, LONG);
    private static final MethodHandle UNLINKAT = handle("unlinkat", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle FCHOWNAT = handle("fchownat", INT, INT, ValueLayout.ADDRESS, INT, INT, INT);

    private FileCalls() {}

    private static boolean isArm() {
        return System.getProperty("os.arch", "").equals("aarch64");
    }

    @FunctionalInterface
    private interface Named {
        long apply(MemorySegment state, MemorySegment name) throws Throwable;
    }

    private static int named(String what, String name, Named function) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocateFrom(name);
            return (int) call(what + " " + name, state -> function.apply(state, text));
        }
    }

    static int open(int folder, String name, int flags) throws IOException {
        return named("open", name, (state, text) -> (int) OPENAT.invokeExact(state, folder, text, flags));
    }

    /** The same for a path, which is relative to nothing. */
    static int open(Path file, int flags) throws IOException {
        return open(-1, file.toAbsolutePath().toString(), flags);
    }

    /** The number of a device as the C library joins it, makedev(3). */
    static long device(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xfff00) << 12;
    }

    static int major(long device) {
        return (int) (device >>> 8 & 0xfff);
    }

    static int minor(long device) {
        return (int) (device & 0xff | device >>> 12 & 0xfff00);
    }

    static void makeFolder(int folder, String name) throws IOException {
        named("mkdir", name, (state, text) -> (int) MKDIRAT.invokeExact(state, folder, text, 0755));
    }

    static void makeNode(int folder, String name, int mode, long device) throws IOException {
        named("mknod", name, (state, text) -> (int) MKNODAT.invokeExact(state, folder, text, mode, device));
    }

    static void unlink(int folder, String name) throws IOException {
        named("unlink", name, (state, text) -> (int) UNLINKAT.invokeExact(state, folder, text, 0));
    }

    /** Of the open file itself. */
    static void changeOwner(int file, int owner, int group) throws IOException {
        named("chown", "", (state, text) -> (int) FCHOWNAT.invokeExact(state, file, text, owner, group, EMPTY_PATH));
    }
}
