package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opens what a power cut leaves whose last writes reached the disk in part, and logs that broke later. */
class TornLogTest {
    private static final int POINTS = 25;
    private static final int KEYS = 7;
    private static final int WRITES = 60;
    private static final int HEADER = 32;
    private static final int FRAME = 24 + 4096;

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private final List<Acknowledged> history = new ArrayList<>();
    private Path original;
    private byte[] log;

    /** The state after a write that was acknowledged when so much of the log was whole. */
    private record Acknowledged(long whole, long revision, Map<String, Integer> sizes) {}

    /** What the rest of the log is, from some byte on. */
    enum Rest {
        CUT_OFF,
        ZEROS,
        NOISE
    }

    /** The copy is of an open store, as a crash leaves it; its log was begun anew once, over older frames. */
    @BeforeEach
    void write() throws Exception {
        var live = folder.resolve("live");
        original = folder.resolve("original");
        try (var store = SqliteStore.open(live)) {
            store.create("/fill", new byte[100_000]);
            while (WalCheck.of(wal(live)).whole() == Files.size(wal(live)))
                store.update("/fill", new byte[100_000], store.revision());
            for (int i = 0; i < WRITES; i++) {
                change(store, "/key/" + random.nextInt(KEYS), new byte[1 + random.nextInt(9_000)]);
                history.add(new Acknowledged(WalCheck.of(wal(live)).whole(), store.revision(), sizes(store)));
            }
            copy(live, original);
        }
        log = Files.readAllBytes(wal(original));
    }

    private static void change(Store store, String key, byte[] value) {
        var now = store.get(key);
        if (now.isEmpty()) store.create(key, value);
        else if (value.length % 4 == 0) store.delete(key, now.get().revision());
        else store.update(key, value, now.get().revision());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedBeforeTheTornPartIsThere(Rest rest) throws Exception {
        for (int i = 0; i < POINTS; i++) {
            int from = HEADER + random.nextInt((int) history.getLast().whole - HEADER);
            var torn = torn(rest, from);
            var before = history.stream().filter(write -> write.whole <= from).toList();
            var opened = open(torn);
            assertThat(opened.sizes)
                    .as("%s from %d", rest, from)
                    .isEqualTo(before.isEmpty() ? opened.sizes : before.getLast().sizes);
            assertThat(opened.revision).isGreaterThanOrEqualTo(before.isEmpty() ? 2 : before.getLast().revision);
        }
    }

    private byte[] torn(Rest rest, int from) {
        var torn = rest == Rest.CUT_OFF ? Arrays.copyOf(log, from) : log.clone();
        if (rest == Rest.ZEROS) Arrays.fill(torn, from, torn.length, (byte) 0);
        if (rest == Rest.NOISE) for (int i = from; i < torn.length; i++) torn[i] = (byte) random.nextInt();
        return torn;
    }

    /** Of the last write but one it cannot be told whether it was ever whole, when what is broken is its end. */
    @Test
    void aLogThatBrokeBeforeAcknowledgedWritesIsRefused() throws Exception {
        for (int i = 0; i < POINTS; i++) {
            int at = HEADER + random.nextInt((int) history.getLast().whole - HEADER);
            var broken = log.clone();
            broken[at] ^= (byte) (1 << random.nextInt(8));
            long written = history.stream().filter(write -> write.whole <= at).count();
            if (written < WRITES - 2) assertRefused(broken, HEADER + (at - HEADER) / FRAME * (long) FRAME);
            else if (written == WRITES - 1) assertThat(open(broken).sizes).isEqualTo(history.get(WRITES - 2).sizes);
        }
    }

    private void assertRefused(byte[] broken, long at) throws IOException {
        var copy = folder.resolve("broken");
        copy(original, copy);
        Files.write(wal(copy), broken);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> SqliteStore.open(copy))
                .withMessageContaining("store.db-wal: damaged at byte " + at)
                .withMessageEndingWith("truncate -s %d %s", at, wal(copy));
    }

    @Test
    void whatTheRefusalSaysHelps() throws Exception {
        int at = (int) history.get(WRITES / 2).whole + 100;
        var broken = log.clone();
        broken[at] ^= 1;
        var check = check(broken);
        assertThat(check.lost()).isPositive();
        assertThat(open(Arrays.copyOf(broken, (int) check.whole())).sizes).isEqualTo(history.get(WRITES / 2).sizes);
    }

    private WalCheck check(byte[] bytes) throws IOException {
        var file = folder.resolve("checked");
        Files.write(file, bytes);
        return WalCheck.of(file);
    }

    /** Opens a copy with another log, writes to it, and opens it again. */
    private Acknowledged open(byte[] wal) throws IOException {
        var copy = folder.resolve("copy");
        copy(original, copy);
        Files.write(wal(copy), wal);
        Acknowledged opened;
        try (var store = SqliteStore.open(copy)) {
            opened = new Acknowledged(0, store.revision(), sizes(store));
            store.create("/new", new byte[10]);
        }
        try (var store = SqliteStore.open(copy)) {
            assertThat(store.revision()).isEqualTo(opened.revision + 1);
            assertThat(store.get("/new")).isPresent();
            assertThat(sizes(store)).isEqualTo(opened.sizes);
        }
        return opened;
    }

    private static Map<String, Integer> sizes(Store store) {
        var sizes = new HashMap<String, Integer>();
        try {
            for (var entry : store.list("/key/", null, 0, 0).entries()) sizes.put(entry.key(), entry.value().length);
        } catch (CompactedException e) {
            throw new AssertionError(e);
        }
        return sizes;
    }

    private static Path wal(Path folder) {
        return folder.resolve("store.db-wal");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(to)) {
            for (var file : files.toList()) Files.delete(file);
        }
        for (var name : List.of("store.db", "store.db-wal"))
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
