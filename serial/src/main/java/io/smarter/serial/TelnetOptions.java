package io.smarter.serial;

import static io.smarter.serial.TelnetParser.DO;
import static io.smarter.serial.TelnetParser.DONT;
import static io.smarter.serial.TelnetParser.IAC;
import static io.smarter.serial.TelnetParser.WILL;
import static io.smarter.serial.TelnetParser.WONT;

import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which options are on for one connection, and what is said about that: RFC 855, without the loops that RFC 1143 warns of, as
 * nothing is said that changes nothing.
 */
final class TelnetOptions {
    /** The options that we know; all others are refused. */
    enum Option {
        /** RFC 856. */
        BINARY(0),
        /** RFC 857. It is the device that does it or not. */
        ECHO(1),
        /** RFC 858. */
        SUPPRESS_GO_AHEAD(3),
        /** RFC 2217. */
        COM_PORT(44);

        final int number;

        Option(int number) {
            this.number = number;
        }

        static @Nullable Option of(int number) {
            for (var option : values()) if (option.number == number) return option;
            return null;
        }
    }

    private enum State {
        OFF,
        ASKED,
        ON
    }

    private final Map<Option, State> ours = new EnumMap<>(Option.class);
    private final Map<Option, State> theirs = new EnumMap<>(Option.class);
    private final ByteArrayOutputStream said;

    /** @param said where our words go */
    TelnetOptions(ByteArrayOutputStream said) {
        this.said = said;
    }

    /** Whether what the other side sends is as it says. */
    boolean theirs(Option option) {
        return theirs.get(option) == State.ON;
    }

    /** Whether what we send is to be so. */
    boolean ours(Option option) {
        return ours.get(option) == State.ON;
    }

    /** What every connection begins with. */
    void greet() {
        offer(Option.SUPPRESS_GO_AHEAD);
        offer(Option.BINARY);
        ask(Option.BINARY);
    }

    private void offer(Option option) {
        ours.put(option, State.ASKED);
        say(WILL, option.number);
    }

    /** Asks the other side to turn something on. */
    void ask(Option option) {
        if (theirs.getOrDefault(option, State.OFF) != State.OFF) return;
        theirs.put(option, State.ASKED);
        say(DO, option.number);
    }

    /** Tells the other side that something is off from now on. */
    void end(Option option) {
        var before = theirs.put(option, State.OFF);
        if (before == State.ASKED || before == State.ON) say(DONT, option.number);
    }

    /**
     * Answers.
     *
     * @param agreed whether the option may be turned on, if we know it
     */
    void negotiated(TelnetEvent.Negotiation event, boolean agreed) {
        var option = Option.of(event.option());
        boolean theirSide = event.verb() == WILL || event.verb() == WONT;
        boolean on = event.verb() == WILL || event.verb() == DO;
        int yes = theirSide ? DO : WILL;
        int no = theirSide ? DONT : WONT;
        if (option == null) {
            if (on) say(no, event.option());
            return;
        }
        var side = theirSide ? theirs : ours;
        var before = side.getOrDefault(option, State.OFF);
        var after = on && agreed ? State.ON : State.OFF;
        side.put(option, after);
        if (on && !agreed) say(no, option.number);
        else if (on && before == State.OFF) say(yes, option.number);
        else if (!on && before == State.ON) say(no, option.number);
    }

    private void say(int verb, int option) {
        said.write(IAC);
        said.write(verb);
        said.write(option);
    }
}
