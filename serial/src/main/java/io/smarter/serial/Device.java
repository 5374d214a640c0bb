package io.smarter.serial;

import io.smarter.linux.LineSettings;
import io.smarter.linux.SerialPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The port, through all its absences: a thread of its own waits for bytes and for room, and when the device is gone for its
 * return, upon which the port is set as it was. What was not sent when it went is lost, as is what is to be sent meanwhile: a
 * device that was just switched on must not get orders of before.
 */
final class Device {
    /** What may wait for the port, and what for the connections. */
    static final int ROOM = 32 << 10;

    private static final int CHUNK = 4096;
    private static final long FIRST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private final Path file;
    private final PortLine line;
    private final Journal journal;
    private final Runnable news;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrivedTaken = lock.newCondition();
    private final ByteRing arrived = new ByteRing(ROOM);
    private final ByteRing unsent = new ByteRing(ROOM);

    private int errors;
    private boolean linesChanged;

    /**
     * @param hangUp whether DTR and RTS drop when the program ends
     * @param news is run by the device's thread when something arrived, was sent or changed; must not wait
     */
    Device(Path file, LineSettings settings, boolean hangUp, Journal journal, Runnable news) {
        this.file = file;
        this.line = new PortLine(file, settings, hangUp, journal, this::forgetUnsent);
        this.journal = journal;
        this.news = news;
    }

    /** What can be done to the port besides sending bytes. */
    Line line() {
        return line;
    }

    // ---- the device's thread

    /** Serves the port until it is interrupted. */
    void run() throws IOException, InterruptedException {
        while (true) {
            var opened = open();
            journal.say(file + ": open, " + line.settings());
            linesMayDiffer();
            Thread.ofPlatform().daemon().name("modem").start(() -> watchInputs(opened));
            var why = pump(opened);
            gone(opened);
            journal.say(file + ": gone (" + why + "); waits until it is back");
            linesMayDiffer();
        }
    }

    private SerialPort open() throws IOException, InterruptedException {
        try {
            return line.open();
        } catch (IOException e) {
            journal.say(e.getMessage() + "; waits until it is there");
        }
        try (var around = new DeviceFile(file)) {
            for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
                try {
                    return line.open();
                } catch (IOException e) {
                    // a file without a device behind it, of whose return no folder tells
                    around.await(around.exists() ? pause : DAY_MS);
                }
            }
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
        line.gone(opened);
        int lost = forgetUnsent();
        if (lost > 0) journal.say(file + ": " + lost + " bytes could not be sent");
    }

    private int forgetUnsent() {
        lock.lock();
        try {
            int forgotten = unsent.length();
            unsent.clear();
            return forgotten;
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

    /** Whether {@link Line#lines} may differ since it was asked last; some devices must be asked over their bus for that. */
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
        lock.lock(); // before it is asked whether there is a port, as what is unsent is forgotten after that went
        try {
            var opened = line.port();
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
        var opened = line.port();
        if (opened == null) return true;
        try {
            return !hasUnsent() && opened.unsent() == 0;
        } catch (IOException _) {
            return true; // it is about to be gone
        }
    }
}
