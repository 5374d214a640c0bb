package io.smarter.store;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Page;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The journal in a database: a row for each event, and the revision up to which superseded ones are gone. */
final class SqliteJournal implements Journal {
    private static final int REPLAY_EVENTS = 256;

    /** After so many bytes it is looked how long the log is; an event counts for a page besides its value. */
    private static final long LOOK_AFTER = 256 << 10;

    private static final int PER_EVENT = 4096;
    private static final String NO_END = "\uFFFF";

    private final Path file;
    private final FileChannel lock;
    private final Connection connection;
    private final Transactions transactions;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Connection reader;
    private boolean closed;
    private long appended;

    /** What a database holds when it is opened. */
    record Loaded(NavigableMap<String, Entry> entries, long revision, long compacted) {}

    private SqliteJournal(Path file, FileChannel lock, Connection connection) {
        this.file = file;
        this.lock = lock;
        this.connection = connection;
        this.transactions = new Transactions(connection);
    }

    /** @param lock closed with the journal */
    static SqliteJournal open(Path folder, long maxFile, FileChannel lock) {
        NativeLibrary.prepare(folder);
        var file = folder.resolve("store.db");
        try {
            WalCheck.require(file.resolveSibling(file.getFileName() + "-wal"));
            return new SqliteJournal(file, lock, Database.open(file, maxFile));
        } catch (SQLException | IOException e) {
            throw failure(file, "cannot be opened", e);
        }
    }

    /*
     * The newest revision may have lost its row: a compacted deletion leaves none. But then the compaction reached it,
     * so the greater of both is the newest in every case.
     */
    Loaded load() {
        var entries = new TreeMap<String, Entry>();
        try (var statement = connection.createStatement()) {
            long compacted = compacted(connection);
            long revision = compacted;
            try (var rows = statement.executeQuery("SELECT " + Row.COLUMNS + " FROM event ORDER BY revision")) {
                while (rows.next()) {
                    var row = Row.read(rows, 0);
                    revision = Math.max(revision, row.entry().revision());
                    if (row.deleted()) entries.remove(row.entry().key());
                    else entries.put(row.entry().key(), row.entry());
                }
            }
            return new Loaded(entries, revision, compacted);
        } catch (SQLException e) {
            throw failure(file, "cannot be read", e);
        }
    }

    @Override
    public void append(List<Event> events) {
        transaction("cannot be written", () -> transactions.insert(events));
        for (var event : events) appended += PER_EVENT + event.entry().value().length;
    }

    @Override
    public void tidy() {
        if (appended >= LOOK_AFTER) tidy(false);
    }

    @Override
    public void compact(long after, long upTo) {
        transaction("cannot be compacted", () -> {
            change(
                    "DELETE FROM event WHERE revision IN"
                            + " (SELECT previous FROM event WHERE revision > ? AND revision <= ? AND previous > 0)",
                    after,
                    upTo);
            change("DELETE FROM event WHERE deleted = 1 AND revision > ? AND revision <= ?", after, upTo);
            change("UPDATE compaction SET revision = ?", upTo);
        });
        tidy(true);
    }

    @Override
    public Page page(String prefix, @Nullable String after, int limit, long revision) throws CompactedException {
        return read(revision, from -> {
            var chosen = "FROM event WHERE key >= ? AND key < ? AND key > ? AND revision <= ?"
                    + " GROUP BY key HAVING deleted = 0";
            var entries = new ArrayList<Entry>();
            try (var query = from.prepareStatement("SELECT max(revision), key, value, created, previous, deleted,"
                    + " checksum " + chosen + " ORDER BY key LIMIT ?")) {
                bind(query, prefix, after, revision);
                query.setInt(5, limit == 0 ? -1 : limit);
                try (var rows = query.executeQuery()) {
                    while (rows.next()) entries.add(Row.read(rows, 0).entry());
                }
            }
            if (limit == 0 || entries.size() < limit) return new Page(entries, revision, 0);
            try (var query =
                    from.prepareStatement("SELECT count(*) FROM (SELECT max(revision), deleted " + chosen + ")")) {
                bind(query, prefix, entries.getLast().key(), revision);
                try (var rows = query.executeQuery()) {
                    return new Page(entries, revision, rows.next() ? rows.getLong(1) : 0);
                }
            }
        });
    }

    @Override
    public void replay(String prefix, long after, long upTo, Store.Listener listener) throws CompactedException {
        var sql = "SELECT n.*, p.* FROM event n LEFT JOIN event p ON p.revision = n.previous"
                + " WHERE n.revision > ? AND n.revision <= ? AND +n.key >= ? AND +n.key < ? ORDER BY n.revision";
        read(after, from -> {
            try (var query = from.prepareStatement(sql)) {
                query.setLong(1, after);
                query.setLong(2, upTo);
                query.setString(3, prefix);
                query.setString(4, end(prefix));
                try (var rows = query.executeQuery()) {
                    var batch = new ArrayList<Event>();
                    while (rows.next()) {
                        var row = Row.read(rows, 0);
                        batch.add(event(row, row.previous() == 0 ? null : Row.read(rows, Row.WIDTH)));
                        if (batch.size() < REPLAY_EVENTS) continue;
                        listener.events(List.copyOf(batch));
                        batch.clear();
                    }
                    if (!batch.isEmpty()) listener.events(batch);
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        reading.lock();
        try (lock;
                connection;
                var _ = reader) {
            if (closed) return;
            closed = true;
            if (reader != null) reader.close();
            Database.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException | IOException e) {
            throw failure(file, "cannot be closed", e);
        } finally {
            reading.unlock();
        }
    }

    private static Event event(Row row, @Nullable Row before) {
        var entry = row.entry();
        if (before == null) return new Event(Event.Kind.CREATED, entry, null);
        var previous = before.entry();
        if (!row.deleted()) return new Event(Event.Kind.UPDATED, entry, previous);
        var gone = new Entry(entry.key(), previous.value(), entry.created(), entry.revision());
        return new Event(Event.Kind.DELETED, gone, previous);
    }

    private void tidy(boolean shrink) {
        appended = 0;
        try {
            if (shrink) Database.shrink(connection);
            Database.checkpoint(connection);
        } catch (SQLException e) {
            System.getLogger(SqliteJournal.class.getPackageName())
                    .log(System.Logger.Level.WARNING, file + " cannot be tidied up now", e);
        }
    }

    private void transaction(String failure, Transactions.Step step) {
        try {
            transactions.run(step);
        } catch (SQLException e) {
            throw failure(file, failure, e);
        }
    }

    private void change(String sql, long... numbers) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < numbers.length; i++) statement.setLong(i + 1, numbers[i]);
            statement.executeUpdate();
        }
    }

    /** Reads from one snapshot, after it was seen in that same snapshot that a revision is still kept. */
    private <T> T read(long revision, Read<T> read) throws CompactedException {
        reading.lock();
        try {
            var from = reader();
            Database.execute(from, "BEGIN");
            try {
                long compacted = compacted(from);
                if (revision < compacted) throw new CompactedException(revision, compacted);
                return read.from(from);
            } finally {
                Database.execute(from, "COMMIT");
            }
        } catch (SQLException e) {
            throw failure(file, "cannot be read", e);
        } finally {
            reading.unlock();
        }
    }

    private Connection reader() throws SQLException {
        if (closed) throw new SQLException("the store is closed");
        if (reader == null) reader = Database.openReader(file);
        return reader;
    }

    private static long compacted(Connection from) throws SQLException {
        return Database.number(from, "SELECT revision FROM compaction");
    }

    private static void bind(PreparedStatement query, String prefix, @Nullable String after, long revision)
            throws SQLException {
        query.setString(1, prefix);
        query.setString(2, end(prefix));
        query.setString(3, after == null ? "" : after);
        query.setLong(4, revision);
    }

    private static String end(String prefix) {
        var end = Present.endOf(prefix);
        return end == null ? NO_END : end;
    }

    private static StoreException failure(Path file, String what, Exception e) {
        return new StoreException("%s: %s: %s".formatted(file, what, e.getMessage()), e);
    }

    private interface Read<T> {
        T from(Connection reader) throws SQLException;
    }
}
