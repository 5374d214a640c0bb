package io.smarter.gateway;

import java.time.Duration;

/** Tells people that the machine's clock is wrong, and that it is right again. */
record ClockTrouble(Notices notices, NodeEvents events, Runnable known) implements KnownTime.Listener {
    private static final String SUBJECT = "clock";

    @Override
    public void changed(Duration ahead, boolean turned) {
        if (ahead.isZero()) notices.end(SUBJECT);
        else {
            var off = "this machine's clock is %s %s the cloud's".formatted(text(ahead.abs()), side(ahead));
            if (turned) events.record(EventLog.Kind.WARNING, "ClockSkew", off);
            notices.tell(
                    SUBJECT,
                    off
                            + ". Certificates are judged by the cloud's time, but times in logs, events and statuses are off. Set it, for example with 'timedatectl set-ntp true'");
        }
        if (turned) known.run();
    }

    private static String side(Duration ahead) {
        return ahead.isNegative() ? "behind" : "ahead of";
    }

    private static String text(Duration off) {
        if (off.toDays() > 0) return off.toDays() + " days";
        return off.toHours() > 0 ? off.toHours() + " hours" : off.toMinutes() + " minutes";
    }
}
