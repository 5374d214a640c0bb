package io.smarter.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;

/** The database file: how it is opened, its tables, and what is done about its size. */
final class Database {
    private static final int SCHEMA = 1;
    private static final int PAGE_SIZE = 4096;
    private static final long WAL_PAGES = 1_000;
    private static final int VACUUM_PAGES = 256;

    private Database() {}

    /*
     * Automatic checkpoints are off because SQLite runs them inside COMMIT and reports their failure as that of the
     * commit, which by then is durable. We checkpoint after commits, where a failure costs nothing but space.
     */
    static Connection open(Path file, long maxFile) throws SQLException {
        boolean made = !Files.exists(file);
        var connection = connect(file);
        try {
            if (made) execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            execute(connection, "PRAGMA journal_mode = WAL");
            execute(connection, "PRAGMA synchronous = FULL");
            execute(connection, "PRAGMA wal_autocheckpoint = 0");
            execute(connection, "PRAGMA journal_size_limit = 16777216");
            if (maxFile > 0) execute(connection, "PRAGMA max_page_count = " + Math.max(16, maxFile / PAGE_SIZE));
            prepare(connection);
            return connection;
        } catch (SQLException e) {
            try (connection) {
                throw e;
            }
        }
    }

    static Connection openReader(Path file) throws SQLException {
        var connection = connect(file);
        execute(connection, "PRAGMA query_only = ON");
        return connection;
    }

    private static Connection connect(Path file) throws SQLException {
        var settings = new Properties();
        settings.setProperty("busy_timeout", "10000");
        return JDBC.createConnection("jdbc:sqlite:" + file.toAbsolutePath(), settings);
    }

    private static void prepare(Connection connection) throws SQLException {
        long schema = number(connection, "PRAGMA user_version");
        if (schema == SCHEMA) return;
        if (schema != 0)
            throw new SQLException("made by another version (schema %d, this one reads %d)".formatted(schema, SCHEMA));
        execute(connection, "BEGIN IMMEDIATE");
        execute(connection, """
                CREATE TABLE event (
                    revision INTEGER PRIMARY KEY,
                    key TEXT NOT NULL,
                    value BLOB NOT NULL,
                    created INTEGER NOT NULL,
                    previous INTEGER NOT NULL,
                    deleted INTEGER NOT NULL,
                    checksum INTEGER NOT NULL)""");
        execute(connection, "CREATE INDEX event_by_key ON event (key, revision)");
        execute(connection, "CREATE TABLE compaction (revision INTEGER NOT NULL)");
        execute(connection, "INSERT INTO compaction VALUES (1)");
        execute(connection, "PRAGMA user_version = " + SCHEMA);
        execute(connection, "COMMIT");
    }

    /**
     * Moves what is committed from the write-ahead log into the file once the log is long. How long it is tells SQLite, not
     * the file, which keeps its length when the log is begun anew: a checkpoint costs two syncs more.
     */
    static void checkpoint(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var log = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
            if (!log.next() || log.getLong(2) <= WAL_PAGES) return;
        }
        execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
    }

    /** Gives some of the file's unused pages back to the disk. */
    static void shrink(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // each step frees one page, and only this method steps to the end
            statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }
}
