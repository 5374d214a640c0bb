package io.smarter.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A serial line, termios(3) and ioctl_tty(2), that nobody else may open meanwhile. One thread waits, reads, writes and closes;
 * others may set and ask meanwhile, and get an {@link IOException} once it is closed.
 *
 * <p>Bytes come marked, as {@code PARMRK} has it: 0xFF 0 and the byte for one that came wrong, 0xFF 0 0 for a break, 0xFF
 * 0xFF for 0xFF.
 */
public final class SerialPort implements AutoCloseable {
    /** Data terminal ready, an output. */
    public static final int DTR = 0x2;
    /** Request to send, an output. */
    public static final int RTS = 0x4;
    /** Clear to send, an input. */
    public static final int CTS = 0x20;
    /** Carrier detected, an input. */
    public static final int CD = 0x40;
    /** Ring indicator, an input. */
    public static final int RI = 0x80;
    /** Data set ready, an input. */
    public static final int DSR = 0x100;

    private static final int O_RDWR_NOCTTY_NONBLOCK = 0x2 | 0x100 | 0x800;
    private static final int EAGAIN = 11;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;

    private static final long TCGETS2 = 0x802C_542AL;
    private static final long TCSETS2 = 0x402C_542BL;
    private static final long TCFLSH = 0x540B;
    private static final long TIOCEXCL = 0x540C;
    private static final long TIOCNXCL = 0x540D;
    private static final long TIOCOUTQ = 0x5411;
    private static final long TIOCMGET = 0x5415;
    private static final long TIOCMBIS = 0x5416;
    private static final long TIOCMBIC = 0x5417;
    private static final long TIOCSBRK = 0x5427;
    private static final long TIOCCBRK = 0x5428;
    private static final long TIOCMIWAIT = 0x545C;
    private static final long TCOFLUSH = 1;

    private static final int READABLE = 0x1;
    private static final int WRITABLE = 0x4;
    private static final int ROOM = 4096;

    private final Path device;
    private final int descriptor;
    private final int wakeup;
    private final boolean hangUp;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(ROOM);
    private final MemorySegment waiting = arena.allocate(16, 8);
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private boolean watched;

    private SerialPort(Path device, int descriptor, boolean hangUp) throws IOException {
        this.device = device;
        this.descriptor = descriptor;
        this.hangUp = hangUp;
        try {
            this.wakeup = NativeCalls.event();
        } catch (IOException e) {
            NativeCalls.close(descriptor);
            throw e;
        }
    }

    /**
     * Opens without waiting for a carrier.
     *
     * @param hangUp whether DTR and RTS drop when it is closed
     * @throws IOException naming the device, as it is none, is gone, or is another's
     */
    public static SerialPort open(Path device, LineSettings settings, boolean hangUp) throws IOException {
        var port = new SerialPort(device, TerminalCalls.open(device, O_RDWR_NOCTTY_NONBLOCK), hangUp);
        try {
            port.control("exclusive use of", TIOCEXCL, MemorySegment.NULL);
            port.set(settings);
            return port;
        } catch (IOException e) {
            port.close();
            throw e;
        }
    }

    // ---- by the one thread

    /**
     * Waits until bytes have come, there is room for some to be sent, or {@link #wakeUp} was called.
     *
     * @param sending whether room is of interest
     */
    public void await(boolean sending) throws IOException {
        waiting.set(ValueLayout.JAVA_INT, 0, descriptor);
        waiting.set(ValueLayout.JAVA_SHORT, 4, (short) (READABLE | (sending ? WRITABLE : 0)));
        waiting.set(ValueLayout.JAVA_INT, 8, wakeup);
        waiting.set(ValueLayout.JAVA_SHORT, 12, (short) READABLE);
        TerminalCalls.poll(waiting, -1);
        if (waiting.get(ValueLayout.JAVA_SHORT, 14) != 0) TerminalCalls.read(wakeup, buffer.asSlice(0, Long.BYTES));
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes, 0 for none at the moment, -1 when the device is gone
     */
    public int read(byte[] into) throws IOException {
        try {
            int length = TerminalCalls.read(descriptor, buffer.asSlice(0, Math.min(ROOM, into.length)));
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, length);
            return length == 0 ? -1 : length;
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == EAGAIN) return 0;
            throw e;
        }
    }

    /** Sends what there is room for; gives how many of the bytes. */
    public int write(byte[] bytes, int length) throws IOException {
        try {
            int most = Math.min(ROOM, length);
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, most);
            return TerminalCalls.write(descriptor, buffer.asSlice(0, most));
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == EAGAIN) return 0;
            throw e;
        }
    }

    // ---- by any thread

    /** Ends the wait of the one thread, or its next. */
    public void wakeUp() throws IOException {
        lock.lock();
        try {
            if (!closed) NativeCalls.signal(wakeup);
        } finally {
            lock.unlock();
        }
    }

    /** Sets at once, not minding what is still to be sent; gives what the driver made of it. */
    public LineSettings set(LineSettings settings) throws IOException {
        try (var memory = Arena.ofConfined()) {
            var termios = memory.allocate(Termios.SIZE, 8);
            control("settings of", TCGETS2, termios);
            Termios.write(termios, settings, hangUp);
            control("settings " + settings + " for", TCSETS2, termios);
        }
        return settings();
    }

    /** What it is set to. */
    public LineSettings settings() throws IOException {
        try (var memory = Arena.ofConfined()) {
            var termios = memory.allocate(Termios.SIZE, 8);
            control("settings of", TCGETS2, termios);
            return Termios.read(termios);
        }
    }

    /** How many bytes the driver has yet to send. */
    public int unsent() throws IOException {
        return number("output of", TIOCOUTQ);
    }

    /** Forgets what is to be sent. */
    public void purgeOutput() throws IOException {
        control("purge of", TCFLSH, MemorySegment.ofAddress(TCOFLUSH));
    }

    /** Begins or ends a break. */
    public void setBreak(boolean on) throws IOException {
        control("break of", on ? TIOCSBRK : TIOCCBRK, MemorySegment.NULL);
    }

    /** Raises or drops outputs: {@link #DTR}, {@link #RTS}. Fails where a device has no such lines. */
    public void setLines(int lines, boolean on) throws IOException {
        try (var memory = Arena.ofConfined()) {
            control("lines of", on ? TIOCMBIS : TIOCMBIC, memory.allocateFrom(ValueLayout.JAVA_INT, lines));
        }
    }

    /** Which lines are on; null where a device has none, such as a pseudo-terminal. */
    public @Nullable Integer lines() throws IOException {
        try {
            return number("lines of", TIOCMGET);
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == ENOTTY || e.errno() == EINVAL) return null;
            throw e;
        }
    }

    /**
     * Waits until one of the inputs changes, for as long as that takes and no matter who closes it meanwhile.
     *
     * @throws IOException when the device is gone or can't tell
     */
    public void awaitInputs() throws IOException {
        lock.lock();
        try {
            if (closed) throw isClosed();
            watched = true;
        } finally {
            lock.unlock();
        }
        try {
            awaitChange();
        } finally {
            lock.lock();
            try {
                watched = false;
                if (closed) NativeCalls.close(descriptor);
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitChange() throws IOException {
        var inputs = MemorySegment.ofAddress(CTS | CD | RI | DSR);
        while (true) {
            try {
                TerminalCalls.control("changes of " + device, descriptor, TIOCMIWAIT, inputs);
                return;
            } catch (NativeCalls.ErrnoException e) {
                if (e.errno() != NativeCalls.EINTR) throw e;
            }
        }
    }

    private IOException isClosed() {
        return new IOException(device + ": is closed");
    }

    private int number(String what, long request) throws IOException {
        try (var memory = Arena.ofConfined()) {
            var number = memory.allocate(ValueLayout.JAVA_INT);
            control(what, request, number);
            return number.get(ValueLayout.JAVA_INT, 0);
        }
    }

    private void control(String what, long request, MemorySegment argument) throws IOException {
        lock.lock();
        try {
            if (closed) throw isClosed();
            TerminalCalls.control(what + " " + device, descriptor, request, argument);
        } finally {
            lock.unlock();
        }
    }

    /** Gives it free for others. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            try {
                TerminalCalls.control(device + " for all", descriptor, TIOCNXCL, MemorySegment.NULL);
            } catch (IOException _) {
                // it is gone, and nobody's any more
            }
            NativeCalls.close(wakeup);
            if (!watched)
                NativeCalls.close(descriptor); // or else its number could be another's while the kernel is asked
            arena.close();
        } finally {
            lock.unlock();
        }
    }
}
