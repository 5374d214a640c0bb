package io.smarter.serial;

import io.smarter.linux.LineSettings;
import io.smarter.linux.SerialPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a port is set to, which outlives its device: the next one under that name is opened so. Safe for use by many threads. */
final class PortLine implements Line {
    private static final int OUTPUTS = SerialPort.DTR | SerialPort.RTS;
    /** What a device without lines is taken to show as long as it is there. */
    private static final int PRESENT = SerialPort.CD | SerialPort.DSR | SerialPort.CTS;

    private final Path file;
    private final boolean hangUp;
    private final Journal journal;
    private final Runnable forgetUnsent;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable SerialPort port;
    private LineSettings wish;
    private LineSettings actual;
    private int outputs = OUTPUTS;
    private boolean breaking;

    /**
     * @param hangUp whether DTR and RTS drop when the program ends
     * @param forgetUnsent forgets what the kernel was not given yet
     */
    PortLine(Path file, LineSettings settings, boolean hangUp, Journal journal, Runnable forgetUnsent) {
        this.file = file;
        this.hangUp = hangUp;
        this.journal = journal;
        this.forgetUnsent = forgetUnsent;
        this.wish = settings;
        this.actual = settings;
    }

    /** Opens the device that is there now. */
    SerialPort open() throws IOException {
        var opened = SerialPort.open(file, settings(), hangUp); // may take a while
        lock.lock();
        try {
            actual = opened.set(wish);
            if (outputs != OUTPUTS && opened.lines() != null) opened.setLines(OUTPUTS & ~outputs, false);
            port = opened;
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** The device is no more. */
    void gone(SerialPort opened) {
        lock.lock();
        try {
            port = null;
            breaking = false;
            opened.close();
        } catch (IOException e) {
            journal.say(String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    /** The device; null as long as there is none. */
    @Nullable
    SerialPort port() {
        lock.lock();
        try {
            return port;
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
        forgetUnsent.run();
        lock.lock();
        try {
            act(SerialPort::purgeOutput);
        } finally {
            lock.unlock();
        }
    }
}
