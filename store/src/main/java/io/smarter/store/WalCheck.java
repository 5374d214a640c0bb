package io.smarter.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks at a write-ahead log before SQLite does (SQLite file format §4). SQLite takes the first frame that is not whole for
 * the log's end, and silently drops what follows. At the end of the log that is right: there the machine went down while a
 * transaction was written, which nobody was told of. But each transaction is synced before the next one is begun. So two
 * that end behind a broken frame say that the break was not there when they were written, and that writes would be lost
 * which were acknowledged.
 *
 * @param whole how many bytes of the log are whole; 0 when there is none
 * @param lost how many transactions end behind them
 */
record WalCheck(long whole, int lost) {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int MAGIC = 0x377f0682;

    static WalCheck of(Path wal) throws IOException {
        if (!Files.exists(wal) || Files.size(wal) < HEADER) return new WalCheck(0, 0);
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(wal), 1 << 16))) {
            var header = ByteBuffer.wrap(in.readNBytes(HEADER));
            int pageSize = header.getInt(8);
            boolean known = (header.getInt(0) & ~1) == MAGIC && pageSize >= 512 && pageSize <= 1 << 16;
            var sum = new Sum(header.getInt(0) == MAGIC ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            sum.add(header.slice(0, HEADER - 8));
            if (!known || !sum.is(header.getInt(24), header.getInt(28)))
                return new WalCheck(0, isEmpty(header) ? 0 : 1);
            return frames(in, pageSize, header.getLong(16), sum);
        }
    }

    private static boolean isEmpty(ByteBuffer header) {
        return header.equals(ByteBuffer.allocate(HEADER));
    }

    /** Frames of an earlier use of the file carry another salt; the first one ends the log. */
    private static WalCheck frames(DataInputStream in, int pageSize, long salt, Sum sum) throws IOException {
        long whole = HEADER;
        int ends = 0;
        boolean broken = false;
        while (true) {
            var bytes = in.readNBytes(FRAME_HEADER + pageSize);
            if (bytes.length < FRAME_HEADER + pageSize) break;
            var frame = ByteBuffer.wrap(bytes);
            boolean own = frame.getLong(8) == salt;
            if (!broken) {
                sum.add(frame.slice(0, 8));
                sum.add(frame.slice(FRAME_HEADER, pageSize));
                broken = !own || !sum.is(frame.getInt(16), frame.getInt(20));
            }
            if (!broken) whole += bytes.length;
            else if (own && frame.getInt(4) != 0) ends++;
        }
        return new WalCheck(whole, ends < 2 ? 0 : ends);
    }

    /** Refuses a log of which SQLite would drop what was acknowledged. */
    static void require(Path wal) throws IOException {
        var check = of(wal);
        if (check.lost == 0) return;
        throw new StoreException(
                "%s: damaged at byte %d, and behind that are writes that were acknowledged. Restore the"
                                .formatted(wal, check.whole)
                        + " folder from a copy; or, to go on with what was written before, cut it off there: truncate -s %d %s"
                                .formatted(check.whole, wal));
    }

    /** The log's running checksum, over everything up to a frame. */
    private static final class Sum {
        private final ByteOrder order;
        private int first;
        private int second;

        Sum(ByteOrder order) {
            this.order = order;
        }

        void add(ByteBuffer bytes) {
            bytes.order(order);
            while (bytes.hasRemaining()) {
                first += bytes.getInt() + second;
                second += bytes.getInt() + first;
            }
        }

        boolean is(int one, int other) {
            return first == one && second == other;
        }
    }
}
