package io.smarter.serial;

import io.smarter.serial.TelnetOptions.Option;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One telnet connection: what it says is done or held up, and what is to be said to it is gathered. Whoever asks for the option
 * of RFC 2217, changes the port or sends bytes asks to be its writer; others have the option refused, and find out by the
 * answers, by a notice and by {@code FLOWCONTROL-SUSPEND} that they only read. Used by one thread.
 */
final class Session {
    /** Who does not read its answers is not listened to. */
    static final int MOST_SAID = 1024;

    /** A change of the port waits until what was written before is sent, but not for a port that sends nothing. */
    private static final long SENDING_NANOS = 2_000_000_000L;

    private static final long LOOK_AGAIN_NANOS = 5_000_000;

    private final String name;
    private final Sharing sharing;
    private final Runnable purgeReceived;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final TelnetParser parser = new TelnetParser();
    private final TelnetOptions options = new TelnetOptions(said);
    private final ComPort comPort;
    private @Nullable TelnetEvent held;
    private long heldSince;
    private boolean asked;
    private boolean speaksComPort;
    private boolean refusedComPort;
    private boolean told;
    private String writer = "";

    /**
     * @param name for others to see
     * @param purgeReceived forgets what waits to be sent to this client
     */
    Session(String name, Sharing sharing, Runnable purgeReceived) {
        this.name = name;
        this.sharing = sharing;
        this.purgeReceived = purgeReceived;
        this.comPort = new ComPort(sharing.device().line());
        options.greet();
        sharing.join(this);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Does what some bytes say, until they are at their end or something must wait. */
    void process(ByteBuffer in, long now) {
        while (said.size() < MOST_SAID) {
            var event = held != null ? held : parser.next(in, options.theirs(Option.BINARY));
            if (event == null) return;
            if (!done(event, now)) {
                if (held == null) heldSince = now;
                held = event;
                return;
            }
            held = null;
        }
    }

    private boolean done(TelnetEvent event, long now) {
        return switch (event) {
            case TelnetEvent.Data(byte[] bytes) -> data(bytes, now);
            case TelnetEvent.Negotiation negotiation -> negotiated(negotiation, now);
            case TelnetEvent.Subnegotiation(int option, byte[] request) ->
                option != Option.COM_PORT.number || requested(request, now);
        };
    }

    private boolean ask(long now) {
        if (held != null) return sharing.isWriter(this); // it has asked for that already
        boolean mine = sharing.mayWrite(this, asked, now);
        asked = true;
        return mine;
    }

    private boolean data(byte[] bytes, long now) {
        if (!ask(now)) {
            tell();
            return true;
        }
        return !sharing.isResetting(now) && sharing.device().offer(bytes);
    }

    private boolean negotiated(TelnetEvent.Negotiation event, long now) {
        boolean on = event.verb() == TelnetParser.WILL || event.verb() == TelnetParser.DO;
        if (event.option() != Option.COM_PORT.number) {
            boolean itsEcho = event.option() == Option.ECHO.number && event.verb() == TelnetParser.WILL;
            options.negotiated(event, !itsEcho);
            return true;
        }
        boolean agreed = on && ask(now);
        options.negotiated(event, agreed);
        refusedComPort = on && !agreed;
        if (agreed && !speaksComPort) say(comPort.modemState());
        speaksComPort |= on;
        return true;
    }

    private boolean requested(byte[] request, long now) {
        speaksComPort = true;
        boolean change = ComPort.isChange(request);
        boolean writer = change ? ask(now) : sharing.isWriter(this);
        if (writer && change && sharing.isResetting(now)) return false;
        boolean patient = held == null || now - heldSince < SENDING_NANOS;
        if (writer && change && patient && !sharing.device().isSent()) return false;
        if (ComPort.isPurgeOfReceived(request)) purgeReceived.run();
        say(comPort.answer(request, writer));
        return true;
    }

    // ---- what becomes of the writer's seat

    /** Another has it. */
    void refused(String by) {
        writer = by;
    }

    /** Another took it. */
    void replaced(String by) {
        writer = by;
        options.end(Option.COM_PORT);
        refusedComPort = speaksComPort;
        tell();
    }

    /** Says once that it only reads: in the data of those alone who know no other way. */
    private void tell() {
        if (told) return;
        told = true;
        var text = "read only: " + writer + " is the writer";
        if (speaksComPort) {
            say(ComPort.notice(text));
            say(new byte[] {(byte) (ComPort.SERVER + ComPort.FLOWCONTROL_SUSPEND)});
        } else {
            said.writeBytes(("\r\n[" + text + "]\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The seat is free: who was refused may ask again. */
    void writerLeft() {
        if (refusedComPort) options.ask(Option.COM_PORT);
        refusedComPort = false;
        if (told && speaksComPort) say(new byte[] {(byte) (ComPort.SERVER + ComPort.FLOWCONTROL_RESUME)});
        told = false;
    }

    // ---- what it is to hear

    private void say(byte[] message) {
        if (message.length == 0) return;
        said.write(TelnetParser.IAC);
        said.write(TelnetParser.SB);
        said.write(Option.COM_PORT.number);
        for (byte b : message) {
            said.write(b);
            if (b == (byte) TelnetParser.IAC) said.write(b);
        }
        said.write(TelnetParser.IAC);
        said.write(TelnetParser.SE);
    }

    /** Tells who speaks RFC 2217 and is not deaf. */
    private void notify(byte[] message) {
        if (speaksComPort && said.size() < MOST_SAID) say(message);
    }

    void linesAre(int lines) {
        notify(comPort.linesAre(lines));
    }

    void errors(int bits) {
        notify(comPort.errors(bits));
    }

    /** Whether it wants no bytes of the port at the moment. */
    boolean suspended() {
        return comPort.suspended();
    }

    /** Whether bytes go to it as they are, but for 0xFF. */
    boolean binary() {
        return options.ours(Option.BINARY);
    }

    /** What is to be said, which is forgotten by that. */
    byte[] takeSaid() {
        var taken = said.toByteArray();
        said.reset();
        return taken;
    }

    boolean hasSaid() {
        return said.size() > 0;
    }

    /** Whether something it said has to wait. */
    boolean isHeld() {
        return held != null;
    }

    /** How long until what is held should be tried again; nothing is to be done before there is news where it is data. */
    long pause() {
        return held instanceof TelnetEvent.Subnegotiation ? LOOK_AGAIN_NANOS : Long.MAX_VALUE;
    }

    void close() {
        sharing.leave(this);
    }
}
