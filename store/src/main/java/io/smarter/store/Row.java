package io.smarter.store;

import io.smarter.store.Store.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.zip.CRC32C;

/**
 * One event as the database has it: the value is that of the entry, empty for a deletion; {@code previous} is the
 * revision of the key's state before, 0 when it was made. The checksum is over all the rest, so a flipped bit is
 * noticed where SQLite itself would not.
 */
record Row(Entry entry, long previous, boolean deleted) {
    /** In the order of {@link #read} and {@link #bind}. */
    static final String COLUMNS = "revision, key, value, created, previous, deleted, checksum";

    static final int WIDTH = 7;
    private static final byte[] NOTHING = {};

    static Row of(Event event) {
        var entry = event.entry();
        boolean deleted = event.kind() == Event.Kind.DELETED;
        var stored = deleted ? new Entry(entry.key(), NOTHING, entry.created(), entry.revision()) : entry;
        return new Row(stored, event.previous() == null ? 0 : event.previous().revision(), deleted);
    }

    /** The row whose columns begin after so many others, or a {@link DamagedException}. */
    static Row read(ResultSet from, int skip) throws SQLException {
        var key = from.getString(skip + 2);
        var bytes = from.getBytes(skip + 3);
        long revision = from.getLong(skip + 1);
        if (key == null) throw new DamagedException("revision %d has no key".formatted(revision));
        var entry = new Entry(key, bytes == null ? NOTHING : bytes, from.getLong(skip + 4), revision);
        var row = new Row(entry, from.getLong(skip + 5), from.getBoolean(skip + 6));
        if (row.checksum() != from.getLong(skip + 7))
            throw new DamagedException("revision %d (%s) does not match its checksum".formatted(revision, key));
        return row;
    }

    void bind(PreparedStatement insert) throws SQLException {
        insert.setLong(1, entry.revision());
        insert.setString(2, entry.key());
        insert.setBytes(3, entry.value());
        insert.setLong(4, entry.created());
        insert.setLong(5, previous);
        insert.setBoolean(6, deleted);
        insert.setLong(7, checksum());
    }

    private long checksum() {
        var crc = new CRC32C();
        var numbers = ByteBuffer.allocate(25);
        numbers.putLong(entry.revision()).putLong(entry.created()).putLong(previous);
        crc.update(numbers.put((byte) (deleted ? 1 : 0)).flip());
        crc.update(entry.key().getBytes(StandardCharsets.UTF_8));
        crc.update(entry.value());
        return crc.getValue();
    }

    /** What the database holds is not what was written. */
    static final class DamagedException extends SQLException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }
}
