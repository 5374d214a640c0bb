package io.smarter.http;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Lets a writer wait until its channel takes more. */
final class NettyGate {
    private final Channel channel;
    private boolean gone;

    NettyGate(Channel channel) {
        this.channel = channel;
    }

    /** Writability or activity changed. */
    synchronized void signal() {
        notifyAll();
    }

    /** The client is gone: nobody waits any more. */
    synchronized void close() {
        gone = true;
        notifyAll();
    }

    synchronized void await() throws IOException {
        while (!gone && channel.isActive() && !channel.isWritable()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while writing").initCause(e);
            }
        }
        if (gone || !channel.isActive()) throw new IOException("the client is gone");
    }
}
