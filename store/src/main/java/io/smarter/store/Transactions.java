package io.smarter.store;

import io.smarter.store.Store.Event;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of the one connection that writes. Their statements are prepared once, since to prepare them takes as long
 * as to run them, and again after a failure, as the driver closes those that fail. Used by one thread at a time; ends with
 * its connection.
 */
final class Transactions {
    private static final String INSERT = "INSERT INTO event (" + Row.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;
    private @Nullable Prepared prepared;

    Transactions(Connection connection) {
        this.connection = connection;
    }

    /** What a transaction does. */
    interface Step {
        void run() throws SQLException;
    }

    private record Prepared(PreparedStatement begin, PreparedStatement insert, PreparedStatement commit) {}

    /** Does all of a step, durably, or nothing. */
    void run(Step step) throws SQLException {
        try {
            prepared().begin.execute();
            step.run();
            prepared().commit.execute();
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    /** To be done in a step. */
    void insert(List<Event> events) throws SQLException {
        var insert = prepared().insert;
        for (var event : events) {
            Row.of(event).bind(insert);
            insert.executeUpdate();
        }
    }

    private Prepared prepared() throws SQLException {
        var known = prepared;
        if (known == null) {
            known = new Prepared(
                    connection.prepareStatement("BEGIN IMMEDIATE"),
                    connection.prepareStatement(INSERT),
                    connection.prepareStatement("COMMIT"));
            prepared = known;
        }
        return known;
    }

    private void rollBack(SQLException cause) {
        var failed = prepared;
        prepared = null;
        try {
            if (failed != null) {
                failed.begin.close();
                failed.insert.close();
                failed.commit.close();
            }
            Database.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e); // SQLite has rolled back by itself, as it does when the disk is full
        }
    }
}
