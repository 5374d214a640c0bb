package io.smarter.gateway;

import java.util.List;

/** Linux' signals by the names that the API has for them (signal(7), for x86 and ARM). */
final class Signals {
    /** From 1 on. */
    private static final List<String> NAMES =
            List.of(("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP"
                            + " TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
                    .split(" ", -1));

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private Signals() {}

    /** The number of a signal such as {@code SIGUSR1} or {@code SIGRTMIN+3}; 0 when there is none of that name. */
    static int number(String name) {
        if (!name.startsWith("SIG")) return 0;
        var bare = name.substring(3);
        return switch (bare) {
            case "IOT" -> number("SIGABRT");
            case "CLD" -> number("SIGCHLD");
            case "POLL" -> number("SIGIO");
            case "RTMIN" -> RTMIN;
            case "RTMAX" -> RTMAX;
            default -> bare.matches("RTM(IN\\+|AX-)[1-9][0-9]?") ? ofRealTime(bare) : NAMES.indexOf(bare) + 1;
        };
    }

    private static int ofRealTime(String bare) {
        int away = Integer.parseInt(bare.substring(6));
        int number = bare.startsWith("RTMIN") ? RTMIN + away : RTMAX - away;
        return number < RTMIN || number > RTMAX ? 0 : number;
    }
}
