package io.smarter.gateway;

import io.smarter.api.Pod;

/** Where what happens to pods is told to people. Never blocks. */
interface EventLog {
    /** Says that something happened to a pod, or to one of its containers when that is not empty. */
    void record(Pod pod, String container, Kind kind, String reason, String message);

    /** Whether something went as it should. */
    enum Kind {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
