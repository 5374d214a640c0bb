package io.smarter.serial;

import io.smarter.linux.LineSettings;
import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import io.smarter.linux.SerialPort;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * RFC 2217 for one client: its wishes, the answers, and what it is told without asking. All answers say how things are, so that
 * who may not change anything, or wants what the device can't do, learns it from there.
 */
final class ComPort {
    static final int SIGNATURE = 0;
    static final int SET_BAUDRATE = 1;
    static final int SET_DATASIZE = 2;
    static final int SET_PARITY = 3;
    static final int SET_STOPSIZE = 4;
    static final int SET_CONTROL = 5;
    static final int NOTIFY_LINESTATE = 6;
    static final int NOTIFY_MODEMSTATE = 7;
    static final int FLOWCONTROL_SUSPEND = 8;
    static final int FLOWCONTROL_RESUME = 9;
    static final int SET_LINESTATE_MASK = 10;
    static final int SET_MODEMSTATE_MASK = 11;
    static final int PURGE_DATA = 12;

    /** What is added to the number of a command when the server says it. */
    static final int SERVER = 100;

    private static final int PURGE_RECEIVED = 1;
    private static final int PURGE_UNSENT = 2;
    private static final byte[] NOTHING = {};

    /** In the order of their numbers, of which the first is 1. */
    private static final List<Parity> PARITIES =
            List.of(Parity.NONE, Parity.ODD, Parity.EVEN, Parity.MARK, Parity.SPACE);

    /** In the order of their numbers, of which the first is 1, or 14 for one direction. */
    private static final List<Flow> FLOWS = List.of(Flow.NONE, Flow.SOFTWARE, Flow.HARDWARE);

    private final Line line;
    private int lineStateMask;
    private int modemStateMask = 255;
    private boolean suspended;
    private int lastLines;

    ComPort(Line line) {
        this.line = line;
        this.lastLines = line.lines();
    }

    /** Whether the client wants no bytes at the moment. */
    boolean suspended() {
        return suspended;
    }

    /** Whether a request would change the port, which its writer alone may, and only after what it sent before. */
    static boolean isChange(byte[] request) {
        if (request.length == 0) return false;
        int value = request.length > 1 ? request[1] : 0;
        return switch (request[0]) {
            case SET_BAUDRATE -> request.length == 5 && ByteBuffer.wrap(request).getInt(1) != 0;
            case SET_DATASIZE, SET_PARITY, SET_STOPSIZE -> value != 0;
            case SET_CONTROL -> value != 0 && value != 4 && value != 7 && value != 10 && value != 13;
            default -> false;
        };
    }

    /** Whether a client asks for its own received bytes to be forgotten. */
    static boolean isPurgeOfReceived(byte[] request) {
        return request.length > 1 && request[0] == PURGE_DATA && (request[1] & PURGE_RECEIVED) != 0;
    }

    /**
     * Does what is asked for.
     *
     * @param request what follows the option's number
     * @param writer whether the client may change the port
     * @return what follows the option's number in the answer; nothing where there is none
     */
    byte[] answer(byte[] request, boolean writer) {
        if (request.length == 0) return NOTHING;
        int value = request.length > 1 ? Byte.toUnsignedInt(request[1]) : 0;
        return switch (request[0]) {
            case SIGNATURE -> request.length > 1 ? NOTHING : notice("smarter-serial " + line.name());
            case SET_BAUDRATE -> baudRate(request, writer);
            case SET_DATASIZE -> dataSize(value, writer);
            case SET_PARITY -> parity(value, writer);
            case SET_STOPSIZE -> stopSize(value, writer);
            case SET_CONTROL -> says(SET_CONTROL, control(value, writer));
            case NOTIFY_LINESTATE -> says(NOTIFY_LINESTATE, 0);
            case NOTIFY_MODEMSTATE -> says(NOTIFY_MODEMSTATE, modemState(lastLines));
            case FLOWCONTROL_SUSPEND -> suspend(true);
            case FLOWCONTROL_RESUME -> suspend(false);
            case SET_LINESTATE_MASK -> {
                lineStateMask = value;
                yield says(SET_LINESTATE_MASK, value);
            }
            case SET_MODEMSTATE_MASK -> {
                modemStateMask = value;
                yield says(SET_MODEMSTATE_MASK, value);
            }
            case PURGE_DATA -> purge(value, writer);
            default -> NOTHING;
        };
    }

    private static byte[] says(int command, int value) {
        return new byte[] {(byte) (SERVER + command), (byte) value};
    }

    private byte[] suspend(boolean wanted) {
        suspended = wanted;
        return NOTHING;
    }

    private byte[] baudRate(byte[] request, boolean writer) {
        int wish = request.length == 5 ? ByteBuffer.wrap(request).getInt(1) : 0;
        var settings = line.settings();
        if (wish > 0 && writer) settings = line.set(settings.withBaud(wish));
        return ByteBuffer.allocate(5)
                .put((byte) (SERVER + SET_BAUDRATE))
                .putInt(settings.baud())
                .array();
    }

    private byte[] dataSize(int wish, boolean writer) {
        var settings = line.settings();
        if (wish >= 5 && wish <= 8 && writer) settings = line.set(settings.withDataBits(wish));
        return says(SET_DATASIZE, settings.dataBits());
    }

    private byte[] parity(int wish, boolean writer) {
        var settings = line.settings();
        if (wish >= 1 && wish <= PARITIES.size() && writer)
            settings = line.set(settings.withParity(PARITIES.get(wish - 1)));
        return says(SET_PARITY, PARITIES.indexOf(settings.parity()) + 1);
    }

    /** One and a half stop bits (3) are what two of them are with 5 data bits. */
    private byte[] stopSize(int wish, boolean writer) {
        var settings = line.settings();
        boolean possible = wish == 1 || wish == (settings.dataBits() == 5 ? 3 : 2);
        if (possible && writer) settings = line.set(settings.withStopBits(Math.min(2, wish)));
        return says(SET_STOPSIZE, stopSize(settings));
    }

    private static int stopSize(LineSettings settings) {
        if (settings.stopBits() == 1) return 1;
        return settings.dataBits() == 5 ? 3 : 2;
    }

    /** Flow control is the same for both directions; other kinds (17 to 19) the kernel does not have. */
    private int control(int wish, boolean writer) {
        if (writer) change(wish);
        int flow = FLOWS.indexOf(line.settings().flow());
        return switch (wish) {
            case 4, 5, 6 -> line.breaking() ? 5 : 6;
            case 7, 8, 9 -> (line.lines() & SerialPort.DTR) != 0 ? 8 : 9;
            case 10, 11, 12 -> (line.lines() & SerialPort.RTS) != 0 ? 11 : 12;
            case 13, 14, 15, 16, 18 -> 14 + flow;
            default -> 1 + flow;
        };
    }

    private void change(int wish) {
        switch (wish) {
            case 1, 2, 3 -> line.set(line.settings().withFlow(FLOWS.get(wish - 1)));
            case 14, 15, 16 -> line.set(line.settings().withFlow(FLOWS.get(wish - 14)));
            case 5, 6 -> line.setBreak(wish == 5);
            case 8, 9 -> line.setLines(SerialPort.DTR, wish == 8);
            case 11, 12 -> line.setLines(SerialPort.RTS, wish == 11);
            default -> {} // a question
        }
    }

    /** Says what was purged. The port's input is everybody's: of that only the client's own is forgotten. */
    private byte[] purge(int wish, boolean writer) {
        boolean unsent = (wish & PURGE_UNSENT) != 0 && writer;
        if (unsent) line.purgeOutput();
        return says(PURGE_DATA, (wish & PURGE_RECEIVED) | (unsent ? PURGE_UNSENT : 0));
    }

    /** A text for whoever looks at such things. */
    static byte[] notice(String text) {
        var letters = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + letters.length)
                .put((byte) (SERVER + SIGNATURE))
                .put(letters)
                .array();
    }

    /** What the client is told of lines that may have changed; nothing where it is not interested. */
    byte[] linesAre(int lines) {
        int before = modemState(lastLines);
        int now = modemState(lines);
        lastLines = lines;
        int changed = before ^ now;
        if ((now & 64) != 0) changed &= ~64; // of a ring its end is told
        int deltas = changed >> 4;
        int told = (now | deltas) & modemStateMask;
        return ((changed | deltas) & modemStateMask) == 0 ? NOTHING : says(NOTIFY_MODEMSTATE, told);
    }

    /** The state of the lines, for a client that has heard nothing yet. */
    byte[] modemState() {
        lastLines = line.lines();
        return says(NOTIFY_MODEMSTATE, modemState(lastLines));
    }

    private static int modemState(int lines) {
        return ((lines & SerialPort.CD) != 0 ? 128 : 0)
                | ((lines & SerialPort.RI) != 0 ? 64 : 0)
                | ((lines & SerialPort.DSR) != 0 ? 32 : 0)
                | ((lines & SerialPort.CTS) != 0 ? 16 : 0);
    }

    /** What the client is told of errors on the line. */
    byte[] errors(int bits) {
        int told = bits & lineStateMask;
        return told == 0 ? NOTHING : says(NOTIFY_LINESTATE, told);
    }
}
