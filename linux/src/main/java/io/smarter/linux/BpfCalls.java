package io.smarter.linux;

import static io.smarter.linux.NativeCalls.call;
import static io.smarter.linux.NativeCalls.variadic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/** The calls of bpf(2) for the programs of a control group that decide on devices. */
final class BpfCalls {
    static final int ALLOW_MULTIPLE = 2;

    private static final int REPLACE = 4;
    private static final int PROG_LOAD = 5;
    private static final int PROG_ATTACH = 8;
    private static final int PROG_GET_FD_BY_ID = 13;
    private static final int OBJ_GET_INFO_BY_FD = 15;
    private static final int PROG_QUERY = 16;
    private static final int TYPE_CGROUP_DEVICE = 15;
    private static final int ATTACH_CGROUP_DEVICE = 6;
    /** The kernel takes no more for one control group. */
    private static final int MOST_PROGRAMS = 64;

    private static final int LONGEST_PROGRAM = 64 << 10;
    private static final int ATTRIBUTES = 128;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle SYSCALL = variadic(1, "syscall", LONG, LONG, LONG, ValueLayout.ADDRESS, LONG);
    private static final long BPF = System.getProperty("os.arch", "").equals("amd64") ? 321 : 280;

    private BpfCalls() {}

    private static int bpf(String what, int command, MemorySegment attributes) throws IOException {
        return (int) call("bpf " + what, state ->
                (long) SYSCALL.invokeExact(state, BPF, (long) command, attributes, attributes.byteSize()));
    }

    /** The numbers of the programs of a control group itself, and how they were put there. */
    record Attached(List<Integer> programs, int flags) {}

    static Attached attached(int group) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var numbers = arena.allocate(INT, MOST_PROGRAMS);
            var query = arena.allocate(ATTRIBUTES, 8);
            query.set(INT, 0, group);
            query.set(INT, 4, ATTACH_CGROUP_DEVICE);
            query.set(LONG, 16, numbers.address());
            query.set(INT, 24, MOST_PROGRAMS);
            bpf("query", PROG_QUERY, query);
            int count = Math.min(query.get(INT, 24), MOST_PROGRAMS);
            var programs =
                    Arrays.stream(numbers.toArray(INT)).limit(count).boxed().toList();
            return new Attached(programs, query.get(INT, 12));
        }
    }

    static int openProgram(int number) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(INT, 0, number);
            return bpf("open program " + number, PROG_GET_FD_BY_ID, attributes);
        }
    }

    /** The instructions of a program as the kernel runs or compiles them. */
    static long[] instructions(int program) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var instructions = arena.allocate(LONGEST_PROGRAM, 8);
            var info = arena.allocate(ATTRIBUTES, 8);
            info.set(INT, 20, LONGEST_PROGRAM);
            info.set(LONG, 32, instructions.address());
            var attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(INT, 0, program);
            attributes.set(INT, 4, ATTRIBUTES);
            attributes.set(LONG, 8, info.address());
            bpf("read program", OBJ_GET_INFO_BY_FD, attributes);
            int length = info.get(INT, 20);
            if (length > LONGEST_PROGRAM || info.get(LONG, 32) == 0)
                throw new IOException("the kernel does not show a program of %d bytes".formatted(length));
            return instructions.asSlice(0, length).toArray(LONG);
        }
    }

    /** Gives the program to the kernel, which checks it. */
    static int load(long[] instructions) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(INT, 0, TYPE_CGROUP_DEVICE);
            attributes.set(INT, 4, instructions.length);
            attributes.set(LONG, 8, arena.allocateFrom(LONG, instructions).address());
            attributes.set(LONG, 16, arena.allocateFrom("Apache-2.0").address());
            attributes.setString(48, "smarter_devices");
            attributes.set(INT, 68, ATTACH_CGROUP_DEVICE);
            return bpf("load program", PROG_LOAD, attributes);
        }
    }

    /**
     * Puts a program to a control group.
     *
     * @param replaced the open program that it takes the place of; -1 for none
     */
    static void attach(int group, int program, int flags, int replaced) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(INT, 0, group);
            attributes.set(INT, 4, program);
            attributes.set(INT, 8, ATTACH_CGROUP_DEVICE);
            attributes.set(INT, 12, replaced < 0 || (flags & ALLOW_MULTIPLE) == 0 ? flags : flags | REPLACE);
            if (replaced >= 0 && (flags & ALLOW_MULTIPLE) != 0) attributes.set(INT, 16, replaced);
            bpf("attach program", PROG_ATTACH, attributes);
        }
    }
}
