package io.smarter.serial;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a telnet connection apart, RFC 854 and 855. It holds no more than one subnegotiation; one that is longer
 * than any of RFC 2217 is ignored. Commands that mean nothing to a serial port are left out.
 */
final class TelnetParser {
    static final int SE = 240;
    static final int SB = 250;
    static final int WILL = 251;
    static final int WONT = 252;
    static final int DO = 253;
    static final int DONT = 254;
    static final int IAC = 255;

    /** RFC 2217 has no limit but for signatures, of which the beginning is enough for anybody. */
    static final int LONGEST_SUBNEGOTIATION = 256;

    /** More bytes for the port are several events. */
    static final int LONGEST_DATA = 2048;

    private static final int CR = 13;

    private enum State {
        DATA,
        COMMAND,
        OPTION,
        PARAMETERS,
        COMMAND_IN_PARAMETERS
    }

    private State state = State.DATA;
    private int verb;
    private boolean afterReturn;
    private final byte[] parameters = new byte[LONGEST_SUBNEGOTIATION + 1];
    private int length;
    private boolean tooLong;
    private final byte[] data = new byte[LONGEST_DATA];

    /**
     * The next event in some bytes; null when there is none before more of them come.
     *
     * @param binary whether CR NUL is two bytes; for others than binary connections it is the way in which a CR is written
     */
    @Nullable
    TelnetEvent next(ByteBuffer in, boolean binary) {
        while (in.hasRemaining()) {
            var event = state == State.DATA ? data(in, binary) : step(Byte.toUnsignedInt(in.get()));
            if (event != null) return event;
        }
        return null;
    }

    /** Bytes up to the next command; null where there are none. */
    private TelnetEvent.@Nullable Data data(ByteBuffer in, boolean binary) {
        int count = 0;
        while (in.hasRemaining() && count < data.length) {
            byte b = in.get();
            boolean padding = afterReturn && b == 0 && !binary;
            afterReturn = b == CR;
            if (b == (byte) IAC) {
                if (in.hasRemaining() && in.get(in.position()) == (byte) IAC) in.get();
                else {
                    state = State.COMMAND;
                    break;
                }
            }
            if (!padding) data[count++] = b;
        }
        return count == 0 ? null : new TelnetEvent.Data(Arrays.copyOf(data, count));
    }

    private @Nullable TelnetEvent step(int b) {
        switch (state) {
            case COMMAND -> {
                return command(b);
            }
            case OPTION -> {
                state = State.DATA;
                return new TelnetEvent.Negotiation(verb, b);
            }
            case PARAMETERS -> {
                if (b == IAC) state = State.COMMAND_IN_PARAMETERS;
                else keep(b);
            }
            case COMMAND_IN_PARAMETERS -> {
                return commandInParameters(b);
            }
            case DATA -> throw new AssertionError("data is no command");
        }
        return null;
    }

    private @Nullable TelnetEvent command(int b) {
        state = State.DATA;
        switch (b) {
            case IAC -> { // the second half came later than the first
                return new TelnetEvent.Data(new byte[] {(byte) IAC});
            }
            case WILL, WONT, DO, DONT -> {
                verb = b;
                state = State.OPTION;
            }
            case SB -> {
                length = 0;
                tooLong = false;
                state = State.PARAMETERS;
            }
            default -> {} // NOP, AYT and others
        }
        return null;
    }

    private @Nullable TelnetEvent commandInParameters(int b) {
        if (b == IAC) {
            keep(b);
            state = State.PARAMETERS;
            return null;
        }
        if (b != SE) return command(b); // it was never ended: what follows is no part of it
        state = State.DATA;
        if (length == 0 || tooLong) return null;
        return new TelnetEvent.Subnegotiation(
                Byte.toUnsignedInt(parameters[0]), Arrays.copyOfRange(parameters, 1, length));
    }

    private void keep(int b) {
        if (length < parameters.length) parameters[length++] = (byte) b;
        else tooLong = true;
    }
}
