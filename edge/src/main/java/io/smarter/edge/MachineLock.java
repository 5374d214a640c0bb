package io.smarter.edge;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** What one program of a machine can have at a time. The kernel takes it from a program that dies. */
final class MachineLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.edge");

    private final FileChannel file;
    private final FileLock lock;

    private MachineLock(FileChannel file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /**
     * Waits until nobody else has it.
     *
     * @throws java.nio.channels.FileLockInterruptionException if the thread is interrupted meanwhile
     */
    static MachineLock take(Path path) throws IOException {
        var now = tryTake(path);
        if (now != null) return now;
        LOG.log(Level.INFO, "another one serves this machine; waiting until it ends");
        var file = open(path);
        try {
            return new MachineLock(file, file.lock());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Takes it; null if somebody else has it. */
    static @Nullable MachineLock tryTake(Path path) throws IOException {
        var file = open(path);
        try {
            var lock = file.tryLock();
            if (lock != null) return new MachineLock(file, lock);
            file.close();
            return null;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel open(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public void close() {
        try {
            lock.release();
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lock of the machine is not given back: {0}", e.getMessage());
        }
    }
}
