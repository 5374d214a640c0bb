package io.smarter.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A store on the local disk: one SQLite database in a folder that one process at a time may open. Survives the end of
 * the process and of the machine at any moment.
 */
public final class SqliteStore extends JournaledStore {
    private SqliteStore(SqliteJournal journal, SqliteJournal.Loaded loaded, StoreOptions options) {
        var present = new Present(loaded.entries(), loaded.revision(), options.recentEvents(), options.recentBytes());
        super(journal, present, loaded.compacted(), options);
        start();
    }

    public static SqliteStore open(Path folder) {
        return open(folder, StoreOptions.DEFAULT);
    }

    /**
     * Opens the store of a folder, which is made if need be, and reads its entries into memory.
     *
     * @throws StoreException if another process has it open, or a file in it is damaged or of a newer version
     */
    public static SqliteStore open(Path folder, StoreOptions options) {
        var lock = lock(folder);
        SqliteJournal journal = null;
        try {
            journal = SqliteJournal.open(folder, options.maxFile(), lock);
            return new SqliteStore(journal, journal.load(), options);
        } catch (RuntimeException e) {
            if (journal != null) journal.close();
            else release(lock);
            throw e;
        }
    }

    private static FileChannel lock(Path folder) {
        var file = folder.resolve("lock");
        try {
            Files.createDirectories(folder);
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel)) return channel;
            channel.close();
        } catch (IOException e) {
            throw new StoreException("%s: cannot be locked: %s".formatted(file, e), e);
        }
        throw new StoreException("%s: another process has this store open".formatted(folder));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this same process has it open
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StoreException("the store's lock cannot be released: " + e, e);
        }
    }
}
