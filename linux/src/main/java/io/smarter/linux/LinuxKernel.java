package io.smarter.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Set;

/** The kernel that we run on, through the C library. */
public final class LinuxKernel implements Kernel {
    private static final int MNT_DETACH = 2;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private final MethodHandle mount =
            call("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private final MethodHandle umount2 = call("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    /** Finds the system calls; costs a few milliseconds once. */
    public LinuxKernel() {}

    @Override
    public void mount(String source, Path target, String fileSystem, Set<MountFlag> flags, String data)
            throws IOException {
        long bits = 0;
        for (var flag : flags) bits |= flag.bit;
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) mount.invokeExact(
                    state,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target.toString()),
                    arena.allocateFrom(fileSystem),
                    bits,
                    arena.allocateFrom(data));
            check(result, state, "mount " + fileSystem + " at " + target);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @Override
    public void unmount(Path target) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) umount2.invokeExact(state, arena.allocateFrom(target.toString()), MNT_DETACH);
            check(result, state, "unmount " + target);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @SuppressWarnings("restricted") // native calls are what this class is for
    private static MethodHandle call(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    private static void check(int result, MemorySegment state, String what) throws IOException {
        if (result == 0) return;
        int errno = (int) ERRNO.get(state, 0L);
        throw new IOException(what + ": " + reason(errno));
    }

    private static String reason(int errno) {
        return switch (errno) {
            case 1 -> "not permitted";
            case 2 -> "no such file or directory";
            case 12 -> "out of memory";
            case 13 -> "permission denied";
            case 16 -> "busy";
            case 19 -> "the kernel has no such file system";
            case 20 -> "not a directory";
            case 22 -> "not a mount point, or invalid flags";
            default -> "errno " + errno;
        };
    }

    private static IOException rethrow(Throwable e) throws IOException {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException r -> throw r;
            case Error error -> throw error;
            default -> new IOException(e);
        };
    }
}
