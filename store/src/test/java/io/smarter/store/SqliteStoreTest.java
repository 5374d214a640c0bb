package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on the disk. */
class SqliteStoreTest {
    private static final byte[] VALUE = "v".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsThereAfterARestart() throws Exception {
        try (var store = SqliteStore.open(folder)) {
            store.create("/a", VALUE);
            store.create("/b", VALUE);
            store.update("/a", VALUE, 2);
            store.delete("/b", 3);
        }
        try (var store = SqliteStore.open(folder)) {
            assertThat(store.revision()).isEqualTo(5);
            assertThat(store.get("/a").orElseThrow().revision()).isEqualTo(4);
            assertThat(store.get("/a").orElseThrow().created()).isEqualTo(2);
            assertThat(store.get("/b")).isEmpty();
            assertThat(store.list("/", null, 0, 3).entries()).hasSize(2);
            var seen = new LinkedBlockingQueue<Event>();
            try (var _ = store.watch("/", 1, seen::addAll)) {
                assertThat(seen).extracting(Event::kind).hasSize(4).endsWith(Event.Kind.DELETED);
            }
        }
    }

    @Test
    void revisionsGoOnWhenTheNewestRowsWereCompacted() throws Exception {
        try (var store = SqliteStore.open(folder)) {
            store.create("/a", VALUE);
            store.delete("/a", 2);
            store.compact(3);
        }
        try (var store = SqliteStore.open(folder)) {
            assertThat(store.revision()).isEqualTo(3);
            assertThat(store.compacted()).isEqualTo(3);
            assertThatExceptionOfType(CompactedException.class).isThrownBy(() -> store.watch("/", 2, _ -> {}));
            assertThat(((Outcome.Written) store.create("/a", VALUE)).entry().revision())
                    .isEqualTo(4);
        }
    }

    @Test
    void compactsWhatIsOldByItself() {
        var options = StoreOptions.DEFAULT.withKeep(Duration.ZERO, 20);
        try (var store = SqliteStore.open(folder, options)) {
            long revision = 2;
            store.create("/a", VALUE);
            for (int i = 0; i < 620; i++) {
                store.update("/a", VALUE, revision);
                revision = store.revision();
            }
            assertThat(store.compacted()).isBetween(500L, revision - 20);
        }
    }

    @Test
    void aFullFileRefusesWritesUntilThereIsSpaceAgain() throws Exception {
        var options = StoreOptions.DEFAULT.withMaxFile(1 << 20);
        var big = new byte[100_000];
        try (var store = SqliteStore.open(folder, options)) {
            store.create("/a", VALUE);
            long before = fill(store, big);
            assertThat(store.revision()).isEqualTo(before);
            assertThat(store.get("/a")).isPresent();
            assertThat(store.list("/", null, 0, 3).entries()).hasSize(2);
            store.compact(before);
            var entry = store.get("/big").orElseThrow();
            assertThat(store.update("/big", big, entry.revision())).isInstanceOf(Outcome.Written.class);
            assertThat(store.revision()).isEqualTo(before + 1);
        }
        try (var store = SqliteStore.open(folder)) {
            assertThat(store.get("/big").orElseThrow().value()).isEqualTo(big);
        }
    }

    /** Writes until the file is full, and says the revision of the last write that was done. */
    private long fill(Store store, byte[] big) {
        long revision = ((Outcome.Written) store.create("/big", big)).entry().revision();
        for (int i = 0; i < 20; i++) {
            try {
                store.update("/big", big, revision);
                revision = store.revision();
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining("/big was not written").hasMessageContaining("store.db: cannot");
                return revision;
            }
        }
        throw new AssertionError("the file was never full");
    }

    @Test
    void compactionGivesSpaceBackToTheDisk() throws Exception {
        var big = new byte[1_000_000];
        var file = folder.resolve("store.db");
        long full;
        try (var store = SqliteStore.open(folder)) {
            store.create("/big", big);
            for (int i = 0; i < 10; i++) store.update("/big", big, store.revision());
        }
        full = Files.size(file);
        try (var store = SqliteStore.open(folder)) {
            store.compact(store.revision());
        }
        assertThat(Files.size(file)).isLessThan(full - 900_000);
    }

    /** The log's file keeps its length; moving its few transactions after each commit would cost two syncs every time. */
    @Test
    void aLogThatWasBegunAnewGrowsBeforeItIsMovedAgain() throws Exception {
        var wal = folder.resolve("store.db-wal");
        try (var store = SqliteStore.open(folder)) {
            store.create("/a", VALUE);
            while (WalCheck.of(wal).whole() == Files.size(wal)) store.update("/a", new byte[100_000], store.revision());
            long begun = WalCheck.of(wal).whole();
            for (int i = 0; i < 5; i++) store.update("/a", new byte[100_000], store.revision());
            assertThat(WalCheck.of(wal).whole()).isGreaterThan(begun + 500_000);
        }
    }

    @Test
    void aFolderIsOpenOnlyOnce() {
        try (var _ = SqliteStore.open(folder)) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> SqliteStore.open(folder))
                    .withMessage("%s: another process has this store open", folder);
        }
        SqliteStore.open(folder).close();
    }

    @Test
    void aFileThatIsNoDatabaseIsNamed() throws Exception {
        Files.write(folder.resolve("store.db"), new byte[10_000]);
        Files.writeString(
                folder.resolve("store.db"),
                "this is no database, but it is long enough for a header of one, "
                        + "which begins with SQLite's name and a version number, unlike this one.");
        assertDamaged("store.db: cannot be opened");
    }

    @Test
    void aFileThatWasCutIsNamed() throws Exception {
        fill();
        try (var channel = FileChannel.open(folder.resolve("store.db"), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertDamaged("store.db: cannot be");
    }

    @Test
    void aFlippedBitIsNoticed() throws Exception {
        fill();
        var file = folder.resolve("store.db");
        var bytes = Files.readAllBytes(file);
        var damaged = new String(bytes, StandardCharsets.ISO_8859_1).replace("a value to find", "A value to find");
        Files.write(file, damaged.getBytes(StandardCharsets.ISO_8859_1));
        assertDamaged("does not match its checksum");
    }

    private void fill() {
        try (var store = SqliteStore.open(folder)) {
            for (int i = 0; i < 200; i++)
                store.create("/key/" + i, ("a value to find" + "x".repeat(500)).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void assertDamaged(String message) throws IOException {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> SqliteStore.open(folder))
                .withMessageContaining(folder.toString())
                .withMessageContaining(message);
    }
}
