package io.smarter.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;

/** Hears from the kernel that something changed, and tells a listener, from a thread of its own until it is closed. */
final class NetworkEvents implements AutoCloseable {
    /** The type that stands for more events than the kernel keeps. */
    private static final int LOST = 0;

    private final NetlinkSocket socket;
    private final int stop;
    private final Thread thread;

    /**
     * Begins to listen.
     *
     * @param matters says of an event whether the listener is to be told
     */
    NetworkEvents(int protocol, int groups, Predicate<NetlinkSocket.Answer> matters, Runnable changed)
            throws IOException {
        socket = NetlinkSocket.open(protocol, groups);
        stop = NativeCalls.event();
        thread = Thread.ofPlatform().daemon().name("network events").start(() -> listen(matters, changed));
    }

    private void listen(Predicate<NetlinkSocket.Answer> matters, Runnable changed) {
        try {
            while (NativeCalls.await(socket.descriptor(), stop)) {
                if (received().stream().anyMatch(event -> event.type() == LOST || matters.test(event))) changed.run();
            }
        } catch (IOException e) {
            System.getLogger("io.smarter.linux").log(System.Logger.Level.ERROR, "the kernel tells nothing more", e);
        }
    }

    /** What came; one event of type {@link #LOST} if there was more than the kernel keeps. */
    private List<NetlinkSocket.Answer> received() throws IOException {
        try {
            return socket.receive();
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NativeCalls.ENOBUFS) throw e;
            return List.of(new NetlinkSocket.Answer(LOST, 0, ByteBuffer.allocate(0)));
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
