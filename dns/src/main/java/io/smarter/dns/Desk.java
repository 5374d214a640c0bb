package io.smarter.dns;

/** What a thread reads and writes messages with, again and again. */
record Desk(MessageReader reader, MessageWriter writer) {
    Desk() {
        this(new MessageReader(), new MessageWriter());
    }
}
