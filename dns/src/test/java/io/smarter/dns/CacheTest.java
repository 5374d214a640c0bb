package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CacheTest {
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);

    private static QuestionKey key(int number) {
        return new QuestionKey("host%d.example.com".formatted(number), RecordType.A.code, false, false);
    }

    private static Reply reply(int number, int ttl) throws IOException, MalformedException {
        var query = Stub.query("host%d.example.com.".formatted(number), RecordType.A.code);
        var bytes = FakeUpstream.answer(query, ttl, "192.0.2.1").toWire();
        return Reply.read(new MessageReader().over(bytes, bytes.length));
    }

    private static boolean knows(Cache cache, int number) {
        return Optional.ofNullable(cache.find(key(number))).isPresent();
    }

    @Test
    void entriesHaveABoundAndThoseAskedForLastStay() throws Exception {
        var cache = new Cache(1 << 20, 100, now::get);
        for (int i = 0; i < 100; i++) cache.put(key(i), reply(i, 60));
        assertThat(knows(cache, 0)).isTrue();
        for (int i = 100; i < 150; i++) cache.put(key(i), reply(i, 60));
        assertThat(cache.size()).isEqualTo(100);
        assertThat(knows(cache, 0)).isTrue();
        assertThat(knows(cache, 1)).isFalse();
        assertThat(knows(cache, 50)).isFalse();
        assertThat(knows(cache, 51)).isTrue();
    }

    @Test
    void bytesHaveABound() throws Exception {
        var cache = new Cache(100_000, 1_000_000, now::get);
        for (int i = 0; i < 5000; i++) {
            cache.put(key(i), reply(i, 60));
            assertThat(cache.bytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(cache.size()).isBetween(250, 400);
        for (int i = 0; i < 5000; i++) cache.put(key(i), reply(i, 0));
        assertThat(cache.size()).isZero();
        assertThat(cache.bytes()).isZero();
    }

    /** The bound is of memory: what the entries of a full cache take on the heap is about what they are counted as. */
    @Test
    void whatIsCountedIsWhatIsTaken() throws Exception {
        var caches = new ArrayList<Cache>();
        long before = used();
        for (int i = 0; i < 8; i++) {
            var cache = new Cache(1 << 20, 1_000_000, now::get);
            for (int j = 0; j < 4000; j++) cache.put(key(j), reply(j, 60));
            caches.add(cache);
        }
        long each = (used() - before) / caches.size();
        assertThat(each).isBetween(700_000L, 1_200_000L);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void timeTurnsFreshIntoStaleIntoNothing() throws Exception {
        var cache = new Cache(1 << 20, 100, now::get);
        cache.put(key(1), reply(1, 60));
        var states = new ArrayList<String>();
        for (var age : List.of(59, 60, 60 + 3 * 86_400 - 1, 60 + 3 * 86_400)) {
            now.set(-5_000_000_000L + Duration.ofSeconds(age).toNanos());
            var found = cache.find(key(1));
            states.add(found == null ? "nothing" : found.isFresh() ? "fresh" : "stale");
        }
        assertThat(states).containsExactly("fresh", "stale", "stale", "nothing");
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void afterAFailureItIsNotAskedAgainForAWhile() throws Exception {
        var cache = new Cache(1 << 20, 100, now::get);
        cache.put(key(1), reply(1, 60));
        cache.failed(key(1));
        cache.failed(key(2));
        assertThat(asked(cache)).isTrue();
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(asked(cache)).isFalse();
        cache.failed(key(1));
        cache.forgetFailures();
        assertThat(asked(cache)).isFalse();
    }

    private static boolean asked(Cache cache) {
        return Optional.ofNullable(cache.find(key(1))).orElseThrow().asked();
    }
}
