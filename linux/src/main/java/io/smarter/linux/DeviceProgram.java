package io.smarter.linux;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program that says which devices a control group may use (kernel: {@code BPF_PROG_TYPE_CGROUP_DEVICE}): some rules of ours,
 * the first that fits decides, and behind them the program that the runtime had put there, as it was. So whatever that
 * permits or forbids stays so but for what our rules say. The rules are read out of the program itself: nothing else
 * remembers them.
 *
 * <p>An instruction is a number of 64 bits: operation, the two registers, how far to jump, and a constant. Immutable.
 */
final class DeviceProgram {
    private static final int MOST_RULES = 256;
    private static final int MAGIC = 0x534d5244;
    private static final int HEAD = 5;
    private static final int PER_RULE = 11;

    private static final int MOVE = 0xb7;
    private static final int MOVE_REGISTER_32 = 0xbc;
    private static final int AND_32 = 0x54;
    private static final int SHIFT_RIGHT_32 = 0x74;
    private static final int LOAD_32 = 0x61;
    private static final int JUMP_IF_OTHER_32 = 0x56;
    private static final int EXIT = 0x95;
    private static final int JUMPS = 5;
    private static final int CALL = 0x80;

    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int ALL = 7;

    /** What is allowed to those who ask for no more than the access (bits: make 1, read 2, write 4), or forbidden to all. */
    record Rule(boolean block, int major, int minor, int access, boolean allowed) {
        boolean isOf(Node node) {
            return block == node.block() && major == node.major() && minor == node.minor();
        }
    }

    /** What permits everything, as a control group without a program does. */
    static final DeviceProgram OPEN =
            new DeviceProgram(List.of(), new long[] {of(MOVE, 0, 0, 0, 1), of(EXIT, 0, 0, 0, 0)});

    private final List<Rule> rules;
    private final long[] rest;

    private DeviceProgram(List<Rule> rules, long[] rest) {
        this.rules = List.copyOf(rules);
        this.rest = rest.clone();
    }

    /** Takes a program of a control group apart. */
    static DeviceProgram parse(long[] program) throws IOException {
        if (program.length < HEAD || program[0] != of(MOVE, 0, 0, 0, MAGIC))
            return new DeviceProgram(List.of(), program);
        int count = (int) (program[1] >>> 32);
        int length = HEAD + count * PER_RULE;
        if (count < 1 || count > MOST_RULES || length >= program.length)
            throw new IOException("a program of ours has %d rules in %d instructions".formatted(count, program.length));
        var rules = new ArrayList<Rule>();
        for (int at = HEAD; at < length; at += PER_RULE) rules.add(rule(program, at));
        var parsed = new DeviceProgram(rules, Arrays.copyOfRange(program, length, program.length));
        if (!Arrays.equals(parsed.toInstructions(), program)) throw new IOException("a program of ours was changed");
        return parsed;
    }

    private static Rule rule(long[] program, int at) {
        return new Rule(
                constant(program[at + 2]) == BLOCK,
                constant(program[at + 3]),
                constant(program[at + 4]),
                ~constant(program[at + 7]),
                constant(program[at + 9]) == 1);
    }

    /** Ours, the first that fits decides. */
    List<Rule> rules() {
        return rules;
    }

    /** The runtime's program. */
    long[] rest() {
        return rest.clone();
    }

    DeviceProgram allow(Node node) throws IOException {
        int access = 0;
        for (char permission : node.permissions().toCharArray()) access |= 1 << "mrw".indexOf(permission);
        return with(new Rule(node.block(), node.major(), node.minor(), access, true), node);
    }

    DeviceProgram deny(Node node) throws IOException {
        return with(new Rule(node.block(), node.major(), node.minor(), ALL, false), node);
    }

    private DeviceProgram with(Rule rule, Node node) throws IOException {
        var all = new ArrayList<Rule>();
        all.add(rule);
        rules.stream().filter(old -> !old.isOf(node)).forEach(all::add);
        if (all.size() > MOST_RULES)
            throw new IOException("a control group has at most %d rules".formatted(MOST_RULES));
        return new DeviceProgram(all, rest);
    }

    long[] toInstructions() {
        if (rules.isEmpty()) return rest();
        var head = new long[] {
            of(MOVE, 0, 0, 0, MAGIC),
            of(MOVE, 0, 0, 0, rules.size()),
            of(LOAD_32, 2, 1, 0, 0), // access << 16 | type
            of(LOAD_32, 4, 1, 4, 0), // major
            of(LOAD_32, 5, 1, 8, 0) // minor
        };
        var all = Arrays.copyOf(head, HEAD + rules.size() * PER_RULE + rest.length);
        int at = HEAD;
        for (var rule : rules) {
            System.arraycopy(instructions(rule), 0, all, at, PER_RULE);
            at += PER_RULE;
        }
        System.arraycopy(rest, 0, all, at, rest.length);
        return all;
    }

    /** A mask of constants of its own, so that the kernel can't foresee a jump and take it out. */
    private static long[] instructions(Rule rule) {
        return new long[] {
            of(MOVE_REGISTER_32, 3, 2, 0, 0),
            of(AND_32, 3, 0, 0, 0xffff),
            of(JUMP_IF_OTHER_32, 3, 0, 8, rule.block() ? BLOCK : CHARACTER),
            of(JUMP_IF_OTHER_32, 4, 0, 7, rule.major()),
            of(JUMP_IF_OTHER_32, 5, 0, 6, rule.minor()),
            of(MOVE_REGISTER_32, 3, 2, 0, 0),
            of(SHIFT_RIGHT_32, 3, 0, 0, 16),
            of(AND_32, 3, 0, 0, ~rule.access()),
            of(JUMP_IF_OTHER_32, 3, 0, 2, 0),
            of(MOVE, 0, 0, 0, rule.allowed() ? 1 : 0),
            of(EXIT, 0, 0, 0, 0)
        };
    }

    /**
     * Says why a program can't be put behind our rules; empty if it can. Only calculations, jumps and reads mean the same once
     * they are read out of the kernel and loaded again; maps and functions do not.
     */
    static String objection(long[] program) {
        for (long instruction : program) {
            int operation = (int) (instruction & 0xff);
            int kind = operation & 7;
            boolean reads = kind == 1 && (operation & 0xe0) == 0x60;
            boolean calculates = kind >= 4 && (kind != JUMPS || (operation & 0xf0) != CALL);
            if (!reads && !calculates) return "it has the instruction 0x%02x".formatted(operation);
        }
        return "";
    }

    private static int constant(long instruction) {
        return (int) (instruction >>> 32);
    }

    private static long of(int operation, int to, int from, int jump, int constant) {
        return operation | (long) to << 8 | (long) from << 12 | (long) jump << 16 | (long) constant << 32;
    }
}
