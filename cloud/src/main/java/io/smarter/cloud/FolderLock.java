package io.smarter.cloud;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a data folder for one process; the system lets go of it when the process ends, however that happens. */
final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if another process has the folder, or the file cannot be made */
    static FolderLock take(Path folder) throws IOException {
        Files.createDirectories(folder);
        var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) return new FolderLock(channel);
        } catch (OverlappingFileLockException e) {
            // this same process has it: said below
        }
        channel.close();
        throw new IOException("data folder %s: another cloud is running on it".formatted(folder));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
