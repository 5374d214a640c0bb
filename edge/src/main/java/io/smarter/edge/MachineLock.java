package io.smarter.edge;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What one program of a machine can have at a time. The kernel takes it from a program that dies. */
final class MachineLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.edge");

    private final FileChannel file;

    private MachineLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Waits until nobody else has it.
     *
     * @throws java.nio.channels.FileLockInterruptionException if the thread is interrupted meanwhile
     */
    static MachineLock take(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                LOG.log(Level.INFO, "another one serves this machine; waiting until it ends");
                lock = file.lock();
            }
            if (!lock.isValid()) throw new IOException(path + ": the lock was lost");
            return new MachineLock(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lock of the machine is not given back: {0}", e.getMessage());
        }
    }
}
