package io.smarter.linux;

/**
 * How a serial line is to be run.
 *
 * @param baud bits a second, 1 or more; what a driver can't do it brings to the nearest that it can
 * @param dataBits 5 to 8
 * @param stopBits 1 or 2, where 2 are one and a half with 5 data bits
 */
public record LineSettings(int baud, int dataBits, Parity parity, int stopBits, Flow flow) {
    /** 115200 8N1 without flow control, which most devices speak. */
    public static final LineSettings USUAL = new LineSettings(115_200, 8, Parity.NONE, 1, Flow.NONE);

    /** The bit that is added to each character. */
    public enum Parity {
        NONE,
        ODD,
        EVEN,
        MARK,
        SPACE
    }

    /** How the two ends hold each other up: not at all, by the characters XON and XOFF, by the lines RTS and CTS. */
    public enum Flow {
        NONE,
        SOFTWARE,
        HARDWARE
    }

    public LineSettings {
        if (baud < 1) throw new IllegalArgumentException("baud: must be 1 or more, was " + baud);
        if (dataBits < 5 || dataBits > 8)
            throw new IllegalArgumentException("data bits: must be 5 to 8, was " + dataBits);
        if (stopBits < 1 || stopBits > 2)
            throw new IllegalArgumentException("stop bits: must be 1 or 2, was " + stopBits);
    }

    public LineSettings withBaud(int other) {
        return new LineSettings(other, dataBits, parity, stopBits, flow);
    }

    public LineSettings withDataBits(int other) {
        return new LineSettings(baud, other, parity, stopBits, flow);
    }

    public LineSettings withParity(Parity other) {
        return new LineSettings(baud, dataBits, other, stopBits, flow);
    }

    public LineSettings withStopBits(int other) {
        return new LineSettings(baud, dataBits, parity, other, flow);
    }

    public LineSettings withFlow(Flow other) {
        return new LineSettings(baud, dataBits, parity, stopBits, other);
    }

    /** In the usual short form, {@code 9600 7E1}, with the flow control behind it where there is one. */
    @Override
    public String toString() {
        return baud + " " + dataBits + parity.name().charAt(0) + stopBits
                + switch (flow) {
                    case NONE -> "";
                    case SOFTWARE -> " XON/XOFF";
                    case HARDWARE -> " RTS/CTS";
                };
    }
}
