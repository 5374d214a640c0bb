package io.smarter.dns;

import java.net.InetAddress;

/** Who asked one question, and the way back. For use by any thread; nothing of it waits. */
interface Client {
    InetAddress address();

    /** The most bytes that an answer may have. */
    int limit(Query query);

    /** Sends an answer, which is at the start of an array that is the caller's again afterwards. One that cannot be sent is lost. */
    void send(byte[] answer, int length);

    /** Ends this without an answer, as the client asks too much. */
    void refuse();
}
