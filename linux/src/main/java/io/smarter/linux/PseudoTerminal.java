package io.smarter.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A pair of terminals, pty(7), one of which plays a device: what is written here can be read there. For one thread. */
public final class PseudoTerminal implements AutoCloseable {
    private static final Path MULTIPLEXER = Path.of("/dev/ptmx");
    private static final int O_RDWR_NOCTTY = 0x2 | 0x100;
    private static final long TIOCGPTN = 0x8004_5430L;
    private static final long TIOCSPTLCK = 0x4004_5431L;
    private static final long TCGETS2 = 0x802C_542AL;
    private static final int READABLE = 0x1;
    private static final int ROOM = 4096;

    private final int descriptor;
    private final int peer;
    private final Path device;
    private boolean closed;

    private PseudoTerminal(int descriptor) throws IOException {
        this.descriptor = descriptor;
        try (var memory = Arena.ofConfined()) {
            var number = memory.allocateFrom(ValueLayout.JAVA_INT, 0);
            TerminalCalls.control("unlock " + MULTIPLEXER, descriptor, TIOCSPTLCK, number);
            TerminalCalls.control("name of " + MULTIPLEXER, descriptor, TIOCGPTN, number);
            device = Path.of("/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0));
        }
        peer = TerminalCalls.open(
                device, O_RDWR_NOCTTY); // without it, this end would fail while nobody else has the device open
    }

    /** Makes one. */
    public static PseudoTerminal open() throws IOException {
        int descriptor = TerminalCalls.open(MULTIPLEXER, O_RDWR_NOCTTY);
        try {
            return new PseudoTerminal(descriptor);
        } catch (IOException e) {
            NativeCalls.close(descriptor);
            throw e;
        }
    }

    /** The file by which programs open the other end. */
    public Path device() {
        return device;
    }

    /** What the device is set to. */
    public LineSettings settings() throws IOException {
        try (var memory = Arena.ofConfined()) {
            var termios = memory.allocate(Termios.SIZE, 8);
            TerminalCalls.control("settings of " + device, peer, TCGETS2, termios);
            return Termios.read(termios);
        }
    }

    /** Has all of the bytes arrive at the device; waits where that reads none. */
    public void write(byte[] bytes) throws IOException {
        try (var memory = Arena.ofConfined()) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(ROOM, bytes.length - at);
                var some = memory.allocate(length);
                MemorySegment.copy(bytes, at, some, ValueLayout.JAVA_BYTE, 0, length);
                at += TerminalCalls.write(descriptor, some);
            }
        }
    }

    /** Some of what was sent to the device; nothing when none was within a time. */
    public byte[] read(int milliseconds) throws IOException {
        try (var memory = Arena.ofConfined()) {
            var waiting = memory.allocate(8, 8);
            waiting.set(ValueLayout.JAVA_INT, 0, descriptor);
            waiting.set(ValueLayout.JAVA_SHORT, 4, (short) READABLE);
            TerminalCalls.poll(waiting, milliseconds);
            if ((waiting.get(ValueLayout.JAVA_SHORT, 6) & READABLE) == 0) return new byte[0];
            var bytes = memory.allocate(ROOM);
            return bytes.asSlice(0, TerminalCalls.read(descriptor, bytes)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Unplugs the device: whoever has it open hears of its end. */
    @Override
    public void close() throws IOException {
        if (closed) return;
        closed = true;
        NativeCalls.close(peer);
        NativeCalls.close(descriptor);
    }
}
