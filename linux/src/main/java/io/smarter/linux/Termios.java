package io.smarter.linux;

import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernel's {@code struct termios2} (asm-generic/termbits.h, as x86 and ARM have it) of a line whose bytes pass as they
 * are. Any baud rate may be asked for ({@code BOTHER}), not those of a table alone.
 *
 * <p>Bytes that came wrong are marked ({@code PARMRK}): 0xFF 0 and the byte, of which 0xFF 0 0 is a break; a true 0xFF comes
 * twice.
 */
final class Termios {
    static final int SIZE = 44;

    private static final int INPUT = 0;
    private static final int OUTPUT = 4;
    private static final int CONTROL = 8;
    private static final int LOCAL = 12;
    private static final int CHARACTERS = 17;
    private static final int NUMBER_OF_CHARACTERS = 19;
    private static final int INPUT_SPEED = 36;
    private static final int OUTPUT_SPEED = 40;

    private static final int PARMRK = 0x8;
    private static final int INPCK = 0x10;
    private static final int IXON = 0x400;
    private static final int IXOFF = 0x1000;

    private static final int BOTHER = 0x1000;
    private static final int SPEED_MASK = 0x100F;
    private static final int INPUT_SHIFT = 16;
    private static final int CSIZE_SHIFT = 4;
    private static final int CSIZE = 0x30;
    private static final int CSTOPB = 0x40;
    private static final int CREAD = 0x80;
    private static final int PARENB = 0x100;
    private static final int PARODD = 0x200;
    private static final int HUPCL = 0x400;
    private static final int CLOCAL = 0x800;
    private static final int CMSPAR = 0x4000_0000;
    private static final int CRTSCTS = 0x8000_0000;
    private static final int OURS =
            SPEED_MASK | SPEED_MASK << INPUT_SHIFT | CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS;

    private static final int VTIME = 5;
    private static final int VMIN = 6;
    private static final int VSTART = 8;
    private static final int VSTOP = 9;
    private static final byte XON = 0x11;
    private static final byte XOFF = 0x13;

    private Termios() {}

    /**
     * Writes settings into a structure that the kernel filled in.
     *
     * @param hangUp whether DTR and RTS drop when nobody has the line open any more ({@code HUPCL})
     */
    static void write(MemorySegment to, LineSettings settings, boolean hangUp) {
        to.set(ValueLayout.JAVA_INT, INPUT, PARMRK | INPCK | (settings.flow() == Flow.SOFTWARE ? IXON | IXOFF : 0));
        to.set(ValueLayout.JAVA_INT, OUTPUT, 0);
        to.set(ValueLayout.JAVA_INT, LOCAL, 0);
        int kept = to.get(ValueLayout.JAVA_INT, CONTROL) & ~OURS & ~HUPCL;
        to.set(ValueLayout.JAVA_INT, CONTROL, kept | control(settings) | (hangUp ? HUPCL : 0));
        to.asSlice(CHARACTERS, NUMBER_OF_CHARACTERS).fill((byte) 0);
        to.set(ValueLayout.JAVA_BYTE, CHARACTERS + VMIN, (byte) 1);
        to.set(ValueLayout.JAVA_BYTE, CHARACTERS + VTIME, (byte) 0);
        to.set(ValueLayout.JAVA_BYTE, CHARACTERS + VSTART, XON);
        to.set(ValueLayout.JAVA_BYTE, CHARACTERS + VSTOP, XOFF);
        to.set(ValueLayout.JAVA_INT, INPUT_SPEED, settings.baud());
        to.set(ValueLayout.JAVA_INT, OUTPUT_SPEED, settings.baud());
    }

    private static int control(LineSettings settings) {
        int parity = switch (settings.parity()) {
            case NONE -> 0;
            case ODD -> PARENB | PARODD;
            case EVEN -> PARENB;
            case MARK -> PARENB | CMSPAR | PARODD;
            case SPACE -> PARENB | CMSPAR;
        };
        return BOTHER
                | BOTHER << INPUT_SHIFT
                | (settings.dataBits() - 5) << CSIZE_SHIFT
                | (settings.stopBits() == 2 ? CSTOPB : 0)
                | parity
                | (settings.flow() == Flow.HARDWARE ? CRTSCTS : 0)
                | CREAD
                | CLOCAL;
    }

    /** The settings that a structure holds, which are what the driver made of those that were asked for. */
    static LineSettings read(MemorySegment from) {
        int input = from.get(ValueLayout.JAVA_INT, INPUT);
        int control = from.get(ValueLayout.JAVA_INT, CONTROL);
        var flow = (input & IXON) != 0 ? Flow.SOFTWARE : Flow.NONE;
        return new LineSettings(
                Math.max(1, from.get(ValueLayout.JAVA_INT, OUTPUT_SPEED)), // 0 is a line that has hung up
                5 + ((control & CSIZE) >> CSIZE_SHIFT),
                parity(control),
                (control & CSTOPB) == 0 ? 1 : 2,
                (control & CRTSCTS) == 0 ? flow : Flow.HARDWARE);
    }

    private static Parity parity(int control) {
        if ((control & PARENB) == 0) return Parity.NONE;
        boolean odd = (control & PARODD) != 0;
        if ((control & CMSPAR) != 0) return odd ? Parity.MARK : Parity.SPACE;
        return odd ? Parity.ODD : Parity.EVEN;
    }
}
