package io.smarter.serial;

/** What came over a telnet connection, RFC 854. */
sealed interface TelnetEvent {
    /** Bytes that are meant for the port. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Data(byte[] bytes) implements TelnetEvent {}

    /** WILL, WONT, DO or DONT. */
    record Negotiation(int verb, int option) implements TelnetEvent {}

    /** What stands between SB and SE, behind the option's number. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Subnegotiation(int option, byte[] parameters) implements TelnetEvent {}
}
