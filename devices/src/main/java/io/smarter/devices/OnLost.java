package io.smarter.devices;

/** What happens to a container whose device has gone. */
sealed interface OnLost {
    /** Nothing: it finds out by itself. */
    record Leave() implements OnLost {}

    /** Its first process gets a signal. */
    record Send(Signal signal) implements OnLost {}

    /** It is ended, and started again by the restart policy of its pod. */
    record Restart() implements OnLost {}

    /** Its pod is ended. */
    record Stop() implements OnLost {}

    /** The signals that a rule may name, signal(7), with their numbers on all machines that we run on. */
    enum Signal {
        SIGHUP(1),
        SIGINT(2),
        SIGQUIT(3),
        SIGUSR1(10),
        SIGUSR2(12),
        SIGTERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }
}
