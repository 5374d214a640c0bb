package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Outcome;
import io.smarter.store.Store.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every driver promises. */
@ParameterizedClass
@MethodSource("drivers")
class StoreTest {
    private static final StoreOptions OPTIONS = StoreOptions.DEFAULT.withKeep(Duration.ofHours(1), 1_000_000);

    @TempDir
    Path folder;

    private final Function<Path, Store> driver;
    private Store store;

    StoreTest(Function<Path, Store> driver) {
        this.driver = driver;
    }

    static Stream<Arguments> drivers() {
        return Stream.of(
                driver("memory", _ -> new MemoryStore(OPTIONS)),
                driver("sqlite", folder -> SqliteStore.open(folder, OPTIONS)),
                driver("sqlite without recent events", f -> SqliteStore.open(f, OPTIONS.withRecent(0, 0))),
                driver("sqlite with two recent events", f -> SqliteStore.open(f, OPTIONS.withRecent(2, 1000))));
    }

    private static Arguments driver(String name, Function<Path, Store> open) {
        return argumentSet(name, named(name, open));
    }

    @BeforeEach
    void open() {
        store = driver.apply(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aNewStoreIsAtRevisionOne() {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.compacted()).isEqualTo(1);
        assertThat(store.get("/a")).isEmpty();
    }

    @Test
    void everyWriteTakesTheNextRevision() {
        assertThat(create("/a", "1")).isEqualTo(2);
        assertThat(create("/b", "1")).isEqualTo(3);
        assertThat(update("/a", "2", 2)).isEqualTo(4);
        assertThat(store.revision()).isEqualTo(4);
        var entry = store.get("/a").orElseThrow();
        assertThat(entry.created()).isEqualTo(2);
        assertThat(entry.revision()).isEqualTo(4);
        assertThat(text(entry)).isEqualTo("2");
    }

    @Test
    void whatIsThereCannotBeMadeAgain() {
        create("/a", "1");
        assertThat(conflict(store.create("/a", bytes("2")))).isEqualTo("1");
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void aStaleUpdateChangesNothing() {
        create("/a", "1");
        update("/a", "2", 2);
        assertThat(conflict(store.update("/a", bytes("3"), 2))).isEqualTo("2");
        assertThat(conflict(store.delete("/a", 2))).isEqualTo("2");
        assertThat(text(store.get("/a").orElseThrow())).isEqualTo("2");
    }

    @Test
    void whatIsNotThereIsNeitherUpdatedNorDeleted() {
        assertThat(conflict(store.update("/a", bytes("1"), 0))).isEqualTo("none");
        assertThat(conflict(store.delete("/a", 0))).isEqualTo("none");
        assertThat(store.revision()).isEqualTo(1);
    }

    @Test
    void deletingGivesTheLastValueAndANewRevision() {
        create("/a", "1");
        var deleted = ((Outcome.Written) store.delete("/a", 2)).entry();
        assertThat(text(deleted)).isEqualTo("1");
        assertThat(deleted.revision()).isEqualTo(3);
        assertThat(store.get("/a")).isEmpty();
        assertThat(create("/a", "again")).isEqualTo(4);
        assertThat(store.get("/a").orElseThrow().created()).isEqualTo(4);
    }

    @Test
    void listsAPrefixInOrderByPages() throws Exception {
        for (var key : List.of("/p/c", "/p/a", "/q/x", "/p/b", "/p/d", "/o")) create(key, key);
        assertThat(keys(store.list("/p/", null, 0, 0))).containsExactly("/p/a", "/p/b", "/p/c", "/p/d");
        var first = store.list("/p/", null, 2, 0);
        assertThat(keys(first)).containsExactly("/p/a", "/p/b");
        assertThat(first.remaining()).isEqualTo(2);
        assertThat(first.revision()).isEqualTo(7);
        var second = store.list("/p/", "/p/b", 2, first.revision());
        assertThat(keys(second)).containsExactly("/p/c", "/p/d");
        assertThat(second.remaining()).isZero();
        assertThat(keys(store.list("", null, 0, 0))).hasSize(6);
        assertThat(keys(store.list("/p/", "/p/d", 0, 0))).isEmpty();
        assertThat(keys(store.list("/p/", "/z", 0, 0))).isEmpty();
        assertThat(keys(store.list("/p/", "/a", 0, 0))).hasSize(4);
    }

    @Test
    void pagesOfAnOldRevisionDoNotSeeWhatCameLater() throws Exception {
        for (var key : List.of("/p/a", "/p/b", "/p/c", "/p/d")) create(key, "old");
        long then = store.revision();
        create("/p/aa", "new");
        update("/p/b", "new", 3);
        delete("/p/c", 4);
        create("/p/c", "new");
        delete("/p/d", 5);
        var first = store.list("/p/", null, 3, then);
        assertThat(keys(first)).containsExactly("/p/a", "/p/b", "/p/c");
        assertThat(first.entries()).allSatisfy(entry -> assertThat(text(entry)).isEqualTo("old"));
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(first.revision()).isEqualTo(then);
        var second = store.list("/p/", "/p/c", 3, then);
        assertThat(keys(second)).containsExactly("/p/d");
        assertThat(keys(store.list("/p/", null, 0, 0))).containsExactly("/p/a", "/p/aa", "/p/b", "/p/c");
    }

    @Test
    void aRevisionThatIsYetToComeCannotBeListed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.list("/", null, 0, 5))
                .withMessageContaining("revision 5 is yet to come");
    }

    @Test
    void aWatchGivesWhatWasAndWhatComes() throws Exception {
        create("/p/a", "1");
        create("/q/a", "1");
        update("/p/a", "2", 2);
        delete("/p/a", 4);
        var seen = new Seen();
        try (var watch = store.watch("/p/", 0, seen)) {
            create("/p/b", "3");
            create("/q/b", "3");
            assertThat(seen.take(4))
                    .containsExactly(
                            "CREATED /p/a@2=1",
                            "UPDATED /p/a@4=2 was @2=1",
                            "DELETED /p/a@5=2 was @4=2",
                            "CREATED /p/b@6=3");
            Await.until(() -> watch.revision() == 7);
        }
        create("/p/c", "4");
        assertThat(seen.events).isEmpty();
    }

    @Test
    void aWatchResumesAfterARevision() throws Exception {
        for (int i = 0; i < 10; i++) create("/p/" + i, "v");
        var seen = new Seen();
        try (var _ = store.watch("/p/", 8, seen)) {
            assertThat(seen.take(3)).containsExactly("CREATED /p/7@9=v", "CREATED /p/8@10=v", "CREATED /p/9@11=v");
        }
    }

    @Test
    void aWatchFromTheFutureWaitsForIt() throws Exception {
        var seen = new Seen();
        try (var _ = store.watch("/", 3, seen)) {
            for (var key : List.of("/a", "/b", "/c")) create(key, "v");
            assertThat(seen.take(1)).containsExactly("CREATED /c@4=v");
        }
    }

    @Test
    void watchesMissAndRepeatNothingWhileOthersWrite() throws Exception {
        int writers = 4;
        int each = 50;
        var watches = new ArrayList<Seen>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Callable<Void>>();
            for (int w = 0; w < writers; w++) {
                int number = w;
                done.add(() -> {
                    for (int i = 0; i < each; i++) create("/w/%d/%d".formatted(number, i), "v");
                    return null;
                });
            }
            for (int i = 0; i < 20; i++) {
                var seen = new Seen();
                watches.add(seen);
                done.add(() -> {
                    store.watch("/w/", 1, seen);
                    return null;
                });
            }
            for (var future : threads.invokeAll(done)) future.get();
        }
        var expected = LongRange.from(2, writers * each);
        for (var seen : watches) assertThat(seen.revisions(writers * each)).isEqualTo(expected);
    }

    @Test
    void listenersAreCalledByAThreadOfTheStore() throws Exception {
        var callers = new LinkedBlockingQueue<Thread>();
        try (var _ = store.watch("/", 1, _ -> callers.add(Thread.currentThread()))) {
            create("/a", "1");
            assertThat(callers.poll(10, TimeUnit.SECONDS)).isNotNull().isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void aListenerThatFailsEndsItsWatchOnly() throws Exception {
        var seen = new Seen();
        try (var broken = store.watch("/", 1, _ -> {
                    throw new IllegalStateException("broken on purpose");
                });
                var whole = store.watch("/", 1, seen)) {
            create("/a", "1");
            create("/b", "1");
            assertThat(seen.take(2)).hasSize(2);
            assertThat(broken.isOpen()).isFalse();
            assertThat(whole.isOpen()).isTrue();
        }
    }

    @Test
    void aCounterIsNeverCountedTwice() throws Exception {
        create("/counter", "0");
        int writers = 8;
        int each = 25;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = IntStream.range(0, writers)
                    .mapToObj(_ -> (Callable<Void>) () -> {
                        for (int i = 0; i < each; i++) increment();
                        return null;
                    })
                    .toList();
            for (var future : threads.invokeAll(work)) future.get();
        }
        assertThat(text(store.get("/counter").orElseThrow())).isEqualTo(String.valueOf(writers * each));
        assertThat(store.revision()).isEqualTo(2 + writers * each);
    }

    @Test
    void compactionForgetsWhatIsOlderAndKeepsWhatIsNow() throws Exception {
        create("/a", "1");
        create("/b", "1");
        update("/a", "2", 2);
        delete("/b", 3);
        create("/c", "1");
        store.compact(5);
        assertThat(store.compacted()).isEqualTo(5);
        assertThat(keys(store.list("/", null, 0, 5))).containsExactly("/a");
        assertThat(keys(store.list("/", null, 0, 0))).containsExactly("/a", "/c");
        assertThatExceptionOfType(CompactedException.class).isThrownBy(() -> store.list("/", null, 0, 4));
        assertThatExceptionOfType(CompactedException.class).isThrownBy(() -> store.watch("/", 4, _ -> {}));
        var seen = new Seen();
        try (var _ = store.watch("/", 5, seen)) {
            update("/a", "3", 4);
            assertThat(seen.take(2)).containsExactly("CREATED /c@6=1", "UPDATED /a@7=3 was @4=2");
        }
    }

    @Test
    void compactionEndsAtTheNewestRevision() throws Exception {
        create("/a", "1");
        delete("/a", 2);
        store.compact(1_000);
        assertThat(store.compacted()).isEqualTo(3);
        assertThat(create("/a", "2")).isEqualTo(4);
    }

    @Test
    void refusesKeysAndValuesThatAreTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.create("/big", new byte[(3 << 19) + 1]))
                .withMessage("/big: the value has 1572865 bytes, at most 1572864 fit");
        assertThatIllegalArgumentException().isThrownBy(() -> store.create("", bytes("1")));
        assertThatIllegalArgumentException().isThrownBy(() -> store.create("/x".repeat(2000), bytes("1")));
        assertThatIllegalArgumentException().isThrownBy(() -> store.create("/😀", bytes("1")));
        assertThat(store.revision()).isEqualTo(1);
    }

    @Test
    void aClosedStoreSaysSo() {
        store.close();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.create("/a", bytes("1")))
                .withMessage("/a was not written: the store is closed");
    }

    @Test
    void anInterruptedWriterStillLearnsHowItEnded() {
        Thread.currentThread().interrupt();
        assertThat(create("/a", "1")).isEqualTo(2);
        assertThat(Thread.interrupted()).isTrue();
    }

    private void increment() {
        while (true) {
            var now = store.get("/counter").orElseThrow();
            var next = bytes(String.valueOf(Integer.parseInt(text(now)) + 1));
            if (store.update("/counter", next, now.revision()) instanceof Outcome.Written) return;
        }
    }

    private long create(String key, String value) {
        return revision(store.create(key, bytes(value)));
    }

    private long update(String key, String value, long expected) {
        return revision(store.update(key, bytes(value), expected));
    }

    private void delete(String key, long expected) {
        assertThat(store.delete(key, expected)).isInstanceOf(Outcome.Written.class);
    }

    private static long revision(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Written.class);
        return ((Outcome.Written) outcome).entry().revision();
    }

    private static String conflict(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Conflict.class);
        return ((Outcome.Conflict) outcome).actual().map(StoreTest::text).orElse("none");
    }

    private static List<String> keys(Page page) {
        return page.entries().stream().map(Entry::key).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }

    /** Collects the events of a watch. */
    private static final class Seen implements Store.Listener {
        final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

        @Override
        public void events(List<Event> batch) {
            events.addAll(batch);
        }

        List<String> take(int count) throws InterruptedException {
            var taken = new ArrayList<String>();
            for (int i = 0; i < count; i++) taken.add(describe(next()));
            return taken;
        }

        List<Long> revisions(int count) throws InterruptedException {
            var taken = new ArrayList<Long>();
            for (int i = 0; i < count; i++) taken.add(next().entry().revision());
            assertThat(events).isEmpty();
            return taken;
        }

        private Event next() throws InterruptedException {
            var event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("one more event").isNotNull();
            return event;
        }

        private static String describe(Event event) {
            var was = event.previous();
            var before = was == null ? "" : " was @%d=%s".formatted(was.revision(), text(was));
            return "%s %s=%s%s".formatted(event.kind(), event.entry(), text(event.entry()), before);
        }
    }

    private static final class LongRange {
        static List<Long> from(long first, int count) {
            return IntStream.range(0, count).mapToObj(i -> first + i).toList();
        }
    }
}
