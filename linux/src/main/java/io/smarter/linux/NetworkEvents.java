package io.smarter.linux;

import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;

/** Hears from the kernel that something changed, and tells a listener, from a thread of its own until it is closed. */
final class NetworkEvents implements AutoCloseable {
    private final NetlinkSocket socket;
    private final int stop;
    private final Thread thread;

    /**
     * Begins to listen.
     *
     * @param matters says of a message's type whether the listener is to be told
     */
    NetworkEvents(int protocol, int groups, IntPredicate matters, Runnable changed) throws IOException {
        socket = NetlinkSocket.open(protocol, groups);
        stop = NativeCalls.event();
        thread = Thread.ofPlatform().daemon().name("network events").start(() -> listen(matters, changed));
    }

    private void listen(IntPredicate matters, Runnable changed) {
        try {
            while (NativeCalls.await(socket.descriptor(), stop)) {
                if (received().stream().anyMatch(event -> event.type() == 0 || matters.test(event.type())))
                    changed.run();
            }
        } catch (IOException e) {
            System.getLogger("io.smarter.linux").log(System.Logger.Level.ERROR, "the kernel tells nothing more", e);
        }
    }

    /** What came; one message of type 0 if there was more than the kernel keeps. */
    private List<NetlinkSocket.Answer> received() throws IOException {
        try {
            return socket.receive();
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NativeCalls.ENOBUFS) throw e;
            return List.of(new NetlinkSocket.Answer(0, 0, java.nio.ByteBuffer.allocate(0)));
        }
    }

    @Override
    public void close() throws IOException {
        NativeCalls.signal(stop);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return; // the thread still uses the socket
        }
        NativeCalls.close(stop);
        socket.close();
    }
}
