package io.smarter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.requests.Form;
import io.smarter.schema.Schema;
import io.smarter.store.Entry;
import io.smarter.store.Store;
import io.smarter.testkit.TestLane;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveWatchTest {
    private static final ApiType PODS = pods();

    private final WatchTopic topic = new WatchTopic(0);
    private long told;

    private static ApiType pods() {
        var type = new Types(Schema.load()).find("", "v1", "pods");
        if (type == null) throw new AssertionError("no pods");
        return type;
    }

    private void change(long revision, String node) {
        var value = "{\"spec\":{\"nodeName\":\"%s\"}}".formatted(node).getBytes(StandardCharsets.UTF_8);
        var entry = new Entry("/registry/pods/default/p" + revision, value, revision, revision);
        topic.tell(new Change(PODS, new Store.Event(Store.Event.Kind.CREATED, entry, null)));
        told = revision;
    }

    /** A watch and what its client got. */
    private final class Client {
        final List<String> got = new ArrayList<>();
        final TestLane lane = new TestLane(
                bytes -> new String(bytes, StandardCharsets.UTF_8).lines().forEach(got::add));
        final LiveWatch watch;
        final boolean joined;

        Client(long after, @Nullable String node) {
            this(after, node, Duration.ofHours(1), Duration.ofHours(1));
        }

        Client(long after, @Nullable String node, Duration ends, Duration bookmarks) {
            var view = new View(Form.JSON, View.Shape.WHOLE, "", "");
            var wish = new WatchWish(PODS, PODS.folder(), Selection.EVERYTHING, node, view, after, false, false, true);
            long now = System.nanoTime();
            var times = new LiveWatch.Times(now + ends.toNanos(), bookmarks.toNanos());
            watch = new LiveWatch(new LiveWatch.Events(topic, () -> told), wish, WatchFrames.PLAIN, times, after);
            joined = topic.join(watch, after);
        }

        Client begin() {
            watch.begin(lane);
            return turn();
        }

        Client turn() {
            lane.turn();
            return this;
        }

        /** The revisions of the pods that it got, and the types of other events. */
        List<String> names() {
            return got.stream()
                    .map(line -> line.contains("BOOKMARK")
                            ? "BOOKMARK"
                            : line.replaceAll(".*resourceVersion\":\"(\\d+)\".*", "$1"))
                    .toList();
        }
    }

    @Test
    void whatIsRememberedIsToldToWhoComesLaterAndThenWhatComes() {
        for (int i = 1; i <= 10; i++) change(i, i % 2 == 0 ? "even" : "odd");
        var even = new Client(4, "even").begin();
        var all = new Client(8, null).begin();
        change(11, "odd");
        change(12, "even");
        assertThat(even.turn().names()).containsExactly("6", "8", "10", "12");
        assertThat(all.turn().names()).containsExactly("9", "10", "11", "12");
    }

    @Test
    void whatComesBetweenJoiningAndBeginningIsToldOnce() {
        var client = new Client(0, null);
        change(1, "n");
        client.begin();
        change(2, "n");
        assertThat(client.turn().names()).containsExactly("1", "2");
    }

    @Test
    void whoComesForWhatIsForgottenIsNotLetIn() {
        for (int i = 1; i <= 20; i++) change(i, "n");
        for (int i = 1; i <= 10; i++) topic.forget();
        assertThat(new Client(9, null).joined).isFalse();
        assertThat(new Client(10, null).begin().names()).hasSize(10);
    }

    @Test
    void whatAClientDoesNotTakeIsToldWhenItDoes() {
        var client = new Client(0, null).begin();
        client.lane.takes(false);
        for (int i = 1; i <= 5; i++) change(i, "n");
        assertThat(client.turn().names()).isEmpty();
        client.lane.takes(true);
        client.watch.ready();
        assertThat(client.names()).containsExactly("1", "2", "3", "4", "5");
        assertThat(client.lane.isOver()).isFalse();
    }

    @Test
    void whoIsSoSlowThatTheNextChangeIsForgottenEnds() {
        var slow = new Client(0, null).begin();
        var other = new Client(0, "elsewhere").begin();
        slow.lane.takes(false);
        for (int i = 1; i <= 5; i++) change(i, "n");
        slow.turn();
        topic.forget();
        slow.lane.takes(true);
        slow.watch.ready();
        assertThat(slow.names()).isEmpty();
        assertThat(slow.lane.isOver()).isTrue();
        change(6, "elsewhere");
        assertThat(other.turn().names())
                .as("who has nothing to be told misses nothing")
                .containsExactly("6");
    }

    @Test
    void whoLeftIsToldNothingMore() {
        var client = new Client(0, "n").begin();
        client.watch.over();
        change(1, "n");
        assertThat(client.turn().names()).isEmpty();
    }

    @Test
    void theEndOfATypeEndsItsWatchesAfterWhatTheyHaveNotSeen() {
        var client = new Client(0, null).begin();
        change(1, "n");
        topic.end();
        assertThat(client.turn().names()).containsExactly("1");
        assertThat(client.lane.isOver()).isTrue();
        assertThat(new Client(1, null).begin().lane.isOver()).isTrue();
    }

    @Test
    void aBookmarkComesWhenNothingWaitsAndTheRevisionMoved() throws Exception {
        var client = new Client(0, "n", Duration.ofHours(1), Duration.ofMillis(1)).begin();
        change(1, "elsewhere");
        while (client.turn().got.isEmpty()) Thread.onSpinWait();
        assertThat(client.names()).containsExactly("BOOKMARK");
        assertThat(client.got.getFirst()).contains("\"resourceVersion\":\"1\"");
        client.lane.takes(false);
        change(2, "n");
        long until = System.nanoTime() + Duration.ofMillis(20).toNanos();
        while (System.nanoTime() < until) client.turn();
        assertThat(client.got)
                .as("while something waits, and while nothing has changed")
                .hasSize(1);
    }

    @Test
    void aWatchEndsWhenItsTimeIsOver() {
        var client = new Client(0, null, Duration.ofMillis(5), Duration.ofHours(1)).begin();
        assertThat(client.lane.isOver()).isFalse();
        while (!client.turn().lane.isOver()) Thread.onSpinWait();
    }
}
