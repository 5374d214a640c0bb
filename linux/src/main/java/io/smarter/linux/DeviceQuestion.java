package io.smarter.linux;

import static io.smarter.linux.NativeCalls.call;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Something that devices of a class can be asked without an effect on them, ioctl(2). To open them has none either, but for a
 * serial port, of which it raises a line that resets some boards.
 */
public enum DeviceQuestion {
    /** {@code VIDIOC_QUERYCAP} (kernel: V4L2). */
    VIDEO_CAPABILITIES('V', 0, 104),
    /** {@code GPIO_GET_CHIPINFO_IOCTL} (kernel: GPIO character device). */
    GPIO_CHIP(0xb4, 1, 68),
    /** {@code I2C_FUNCS} (kernel: I2C device interface). */
    I2C_FUNCTIONS(0x705, Long.BYTES),
    /** {@code HIDIOCGRAWINFO} (kernel: hidraw). */
    HID_INFO('H', 3, 8),
    /** {@code TCGETS}, ioctl_tty(2). */
    TERMINAL_SETTINGS(0x5401, 36);

    /** To read, without waiting for a carrier and without becoming our terminal. */
    private static final int OPEN_WITHOUT_EFFECT = 0x800 | 0x100 | 0x80000;

    private static final int EBUSY = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final long request;
    private final int size;

    /** A request that reads, as newer classes number theirs. */
    DeviceQuestion(int type, int number, int size) {
        this(2L << 30 | (long) size << 16 | (long) type << 8 | number, size);
    }

    DeviceQuestion(long request, int size) {
        this.request = request;
        this.size = size;
    }

    private static final class Calls {
        static final MethodHandle IOCTL = NativeCalls.variadic(2, "ioctl", INT, INT, LONG, ValueLayout.ADDRESS);
    }

    /** What the kernel knows it by. */
    long request() {
        return request;
    }

    /**
     * Opens a device file, asks, and closes it. May wait as long as the device lets it. A device that somebody has for himself
     * alone is taken to answer.
     *
     * @throws IOException if it can't be opened, is another device by now, or does not answer
     */
    public void ask(Path file, int major, int minor) throws IOException {
        int descriptor;
        try {
            descriptor = FileCalls.open(file, OPEN_WITHOUT_EFFECT | FileCalls.NO_FOLLOW);
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == EBUSY) return;
            throw e;
        }
        try {
            var device = Files.getAttribute(OpenFolder.path(descriptor), "unix:rdev");
            if (!requireNonNull(device).equals(FileCalls.device(major, minor)))
                throw new IOException("is another device by now: " + file);
            ask(descriptor, file);
        } finally {
            NativeCalls.close(descriptor);
        }
    }

    private void ask(int descriptor, Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var answer = arena.allocate(size, 8);
            call(name() + " of " + file, state -> (int) Calls.IOCTL.invokeExact(state, descriptor, request, answer));
        }
    }
}
