package io.smarter.serial;

import io.smarter.linux.SerialPort;
import java.util.ArrayList;
import java.util.List;

/** The port as all sessions have it in common: who of them writes, and what the others hear of that. Used by one thread. */
final class Sharing {
    /** How long the lines are down for a device that is reset by that; boards look for a tenth of it. */
    private static final long RESET_NANOS = 250_000_000;

    private final Device device;
    private final WriterSeat seat;
    private final Journal journal;
    private final boolean resets;
    private final List<Session> sessions = new ArrayList<>();
    private long resetUntil;
    private boolean resetting;

    /** @param resets whether a new writer finds the device as after its reset */
    Sharing(Device device, WriterSeat seat, Journal journal, boolean resets) {
        this.device = device;
        this.seat = seat;
        this.journal = journal;
        this.resets = resets;
    }

    Device device() {
        return device;
    }

    void join(Session session) {
        sessions.add(session);
    }

    List<Session> sessions() {
        return sessions;
    }

    boolean isWriter(Session session) {
        return session.equals(seat.writer());
    }

    /**
     * Asks for the writer's seat.
     *
     * @param again whether it has asked before
     */
    boolean mayWrite(Session session, boolean again, long now) {
        return switch (seat.ask(session, again, now)) {
            case WriterSeat.Answer.Yours() -> true;
            case WriterSeat.Answer.Refused(Object by) -> {
                session.refused(by.toString());
                yield false;
            }
            case WriterSeat.Answer.Given(Object before) -> {
                journal.say(session + " writes" + (before == null ? "" : " instead of " + before));
                if (before instanceof Session other) other.replaced(session.toString());
                if (resets) reset(now);
                yield true;
            }
        };
    }

    void leave(Session session) {
        sessions.remove(session);
        if (!seat.leave(session)) return;
        journal.say(session + " writes no more");
        for (var other : sessions) other.writerLeft();
    }

    private void reset(long now) {
        device.line().setLines(SerialPort.DTR | SerialPort.RTS, false);
        resetUntil = now + RESET_NANOS;
        resetting = true;
    }

    /** Whether the device is being reset, and nothing may be asked of it; gives the lines back when it is over. */
    boolean isResetting(long now) {
        if (resetting && now - resetUntil >= 0) {
            resetting = false;
            device.line().setLines(SerialPort.DTR | SerialPort.RTS, true);
        }
        return resetting;
    }

    /** How many nanoseconds until a reset is over. */
    long pause(long now) {
        return resetting ? Math.max(0, resetUntil - now) : Long.MAX_VALUE;
    }
}
