package io.smarter.cri;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.CriException.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscription to what happens to containers; see {@link CriClient#events}. */
public final class EventStream implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final EventSource containerd;
    private final EventSource cri;
    private final Consumer<RuntimeEvent> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable GrpcCall current;
    private volatile Duration pause = FIRST_PAUSE;

    private EventStream(GrpcChannel channel, Consumer<RuntimeEvent> listener) {
        this.containerd = new ContainerdEvents(channel);
        this.cri = new CriEvents(channel);
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("runtime events").unstarted(this::run);
    }

    static EventStream start(GrpcChannel channel, Consumer<RuntimeEvent> listener) {
        var stream = new EventStream(channel, listener);
        stream.thread.start();
        return stream;
    }

    /** Ends the subscription; the listener is not called again once this has returned. */
    @Override
    public void close() {
        closed.countDown();
        var call = current;
        if (call != null) call.close();
        thread.interrupt();
        if (Thread.currentThread().equals(thread)) return;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var source = containerd;
        try {
            while (closed.getCount() > 0) {
                try {
                    follow(source);
                } catch (CriException e) {
                    LOG.log(DEBUG, "event stream ended: {0}", e.getMessage());
                    if (e.code() == Code.UNIMPLEMENTED) source = source.equals(containerd) ? cri : containerd;
                }
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
                var twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(EventSource source) throws CriException {
        try (var call = source.subscribe()) {
            current = call;
            if (!source.announces()) tell(new RuntimeEvent.Subscribed());
            for (var message = call.next(); message != null && closed.getCount() > 0; message = call.next()) {
                var event = source.read(message);
                if (event != null) tell(event);
            }
        } finally {
            current = null;
        }
    }

    private void tell(RuntimeEvent event) {
        if (event instanceof RuntimeEvent.Subscribed) pause = FIRST_PAUSE;
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.log(WARNING, "listener failed on " + event, e); // one event must not cost the others
        }
    }
}
