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

    /** @param deadline by when it must take more, in {@link System#nanoTime}; 0 for never */
    synchronized void await(long deadline) throws IOException {
        while (!gone && channel.isActive() && !channel.isWritable()) {
            long left = deadline == 0 ? 0 : (deadline - System.nanoTime()) / 1_000_000;
            if (left < 0 || left == 0 && deadline != 0) throw new IOException("the client takes nothing");
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while writing").initCause(e);
            }
        }
        if (gone || !channel.isActive()) throw new IOException("the client is gone");
    }
}
