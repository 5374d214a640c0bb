package io.smarter.gateway;

/** Where what happens to the node is told to people. Never blocks. */
@FunctionalInterface
interface NodeEvents {
    /** Says that something happened to the node. */
    void record(EventLog.Kind kind, String reason, String message);
}
