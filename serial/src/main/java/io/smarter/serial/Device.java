package io.smarter.serial;

import io.smarter.linux.LineSettings;
import io.smarter.linux.SerialPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The port, through all its absences: a thread of its own waits for bytes and for room, and when the device is gone for its
 * return, upon which the port is set as it was. What was not sent when it went is lost, as is what is to be sent meanwhile: a
 * device that was just switched on must not get orders of before.
 */
final class Device implements Line {
    /** What may wait for the port, and what for the connections. */
    static final int ROOM = 32 << 10;

    private static final int CHUNK = 4096;
    private static final int OUTPUTS = SerialPort.DTR | SerialPort.RTS;
    /** What a device without lines is taken to show as long as it is there. */
    private static final int PRESENT = SerialPort.CD | SerialPort.DSR | SerialPort.CTS;

    private static final long FIRST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private final Path file;
    private final boolean hangUp;
    private final Journal journal;
    private final Runnable news;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrivedTaken = lock.newCondition();
    private final ByteRing arrived = new ByteRing(ROOM);
    private final ByteRing unsent = new ByteRing(ROOM);

    private int errors;
    private boolean linesChanged;
    private @Nullable SerialPort port;
    private LineSettings wish;
    private LineSettings actual;
    private int outputs = OUTPUTS;
    private boolean breaking;

    /**
     * @param hangUp whether DTR and RTS drop when the program ends
     * @param news is run by the device's thread when something arrived, was sent or changed; must not wait
     */
    Device(Path file, LineSettings settings, boolean hangUp, Journal journal, Runnable news) {
        this.file = file;
        this.hangUp = hangUp;
        this.journal = journal;
        this.news = news;
        this.wish = settings;
        this.actual = settings;
    }

    // ---- the device's thread

    /** Serves the port until it is interrupted. */
    void run() throws IOException, InterruptedException {
        while (true) {
            var opened = open();
            journal.say(name() + ": open, " + settings());
            linesMayDiffer();
            Thread.ofPlatform().daemon().name("modem").start(() -> watchInputs(opened));
            var why = pump(opened);
            gone(opened);
            journal.say(name() + ": gone (" + why + "); waits until it is back");
            linesMayDiffer();
        }
    }

    private SerialPort open() throws IOException, InterruptedException {
        try {
            return opened();
        } catch (IOException e) {
            journal.say(e.getMessage() + "; waits until it is there");
        }
        try (var around = new DeviceFile(file)) {
            for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
                try {
                    return opened();
                } catch (IOException e) {
                    // a file without a device behind it, of whose return no folder tells
                    around.await(around.exists() ? pause : DAY_MS);
                }
            }
        }
    }

    private SerialPort opened() throws IOException {
        lock.lock();
        try {
            var opened = SerialPort.open(file, wish, hangUp);
            actual = opened.set(wish);
            if (outputs != OUTPUTS && opened.lines() != null) opened.setLines(OUTPUTS & ~outputs, false);
            port = opened;
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /** Moves bytes until the device is gone; says how that was noticed. */
    private String pump(SerialPort opened) throws InterruptedException {
        var bytes = new byte[CHUNK];
        var marks = new LineMarks();
        try {
            while (true) {
                opened.await(hasUnsent());
                int count = opened.read(bytes);
                if (count < 0) return "hung up";
                boolean moved = count > 0 && deliver(bytes, marks.decode(bytes, count), marks.takeErrors());
                if (send(opened, bytes) || moved) news.run();
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private boolean hasUnsent() {
        lock.lock();
        try {
            return unsent.length() > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Hands on what arrived; where nobody takes it for a while the kernel keeps the rest. */
    private boolean deliver(byte[] bytes, int count, int wrong) throws InterruptedException {
        lock.lock();
        try {
            errors |= wrong;
            while (arrived.free() < count) arrivedTaken.await();
            arrived.add(bytes, 0, count);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean send(SerialPort opened, byte[] bytes) throws IOException {
        lock.lock();
        try {
            int count = unsent.peek(bytes, bytes.length);
            if (count == 0) return false;
            int sent = opened.write(bytes, count);
            unsent.skip(sent);
            return sent > 0;
        } finally {
            lock.unlock();
        }
    }

    private void gone(SerialPort opened) {
        lock.lock();
        try {
            port = null;
            breaking = false;
            if (unsent.length() > 0) journal.say(name() + ": " + unsent.length() + " bytes could not be sent");
            unsent.clear();
            opened.close();
        } catch (IOException e) {
            journal.say(String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    /** A thread for the inputs of a device that has some. */
    private void watchInputs(SerialPort opened) {
        try {
            while (true) {
                opened.awaitInputs();
                linesMayDiffer();
            }
        } catch (IOException _) {
            // it is gone, or has none
        }
    }

    private void linesMayDiffer() {
        lock.lock();
        try {
            linesChanged = true;
        } finally {
            lock.unlock();
        }
        news.run();
    }

    // ---- the server's thread

    /** Takes what arrived; says how many bytes. */
    int take(byte[] into) {
        lock.lock();
        try {
            int taken = arrived.peek(into, into.length);
            arrived.skip(taken);
            if (taken > 0) arrivedTaken.signal();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The errors of the line since it was asked last, in the bits of RFC 2217. */
    int takeErrors() {
        lock.lock();
        try {
            int taken = errors;
            errors = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #lines} may differ since it was asked last; some devices must be asked over their bus for that. */
    boolean takeLinesChanged() {
        lock.lock();
        try {
            boolean taken = linesChanged;
            linesChanged = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether so many bytes were accepted; as long as they are not, {@code news} tells when to try again. */
    boolean offer(byte[] bytes) {
        lock.lock();
        try {
            var opened = port;
            if (opened == null) return true; // there is nobody to get them
            if (unsent.free() < bytes.length) return false;
            boolean first = unsent.length() == 0;
            unsent.add(bytes, 0, bytes.length);
            if (first) wakeUp(opened);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void wakeUp(SerialPort opened) {
        try {
            opened.wakeUp();
        } catch (IOException e) {
            journal.say(String.valueOf(e.getMessage()));
        }
    }

    /** Whether all that was to be sent is on the line. */
    boolean isSent() {
        lock.lock();
        try {
            var opened = port;
            return opened == null || (unsent.length() == 0 && opened.unsent() == 0);
        } catch (IOException _) {
            return true; // it is about to be gone
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public LineSettings settings() {
        lock.lock();
        try {
            return actual;
        } finally {
            lock.unlock();
        }
    }

    /** What can be done with a port that is there. */
    private interface Action {
        void on(SerialPort opened) throws IOException;
    }

    /** Without a port it is done when there is one; a failure is told, and the answer to the client says how things are. */
    private void act(Action action) {
        var opened = port;
        if (opened == null) return;
        try {
            action.on(opened);
        } catch (IOException e) {
            journal.say(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public LineSettings set(LineSettings settings) {
        lock.lock();
        try {
            if (port == null) {
                wish = settings;
                actual = settings;
            }
            act(opened -> {
                actual = opened.set(settings);
                wish = settings;
            });
            return actual;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int lines() {
        lock.lock();
        try {
            var opened = port;
            if (opened == null) return outputs;
            var lines = opened.lines();
            return lines == null ? outputs | PRESENT : lines;
        } catch (IOException _) {
            return outputs; // it is about to be gone
        } finally {
            lock.unlock();
        }
    }

    /** Outputs that a device does not have are remembered, as its clients must not mind. */
    @Override
    public void setLines(int lines, boolean on) {
        lock.lock();
        try {
            outputs = on ? outputs | lines : outputs & ~lines;
            act(opened -> {
                if (opened.lines() != null) opened.setLines(lines, on);
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean breaking() {
        lock.lock();
        try {
            return breaking;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setBreak(boolean on) {
        lock.lock();
        try {
            act(opened -> {
                opened.setBreak(on);
                breaking = on;
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void purgeOutput() {
        lock.lock();
        try {
            unsent.clear();
            act(SerialPort::purgeOutput);
        } finally {
            lock.unlock();
        }
    }
}
