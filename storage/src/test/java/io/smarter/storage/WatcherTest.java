package io.smarter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.schema.Schema;
import io.smarter.store.Entry;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private static final ApiType PODS = pods();

    private static ApiType pods() {
        var type = new Types(Schema.load()).find("", "v1", "pods");
        if (type == null) throw new AssertionError("no pods");
        return type;
    }

    private static Change change(long revision, String node) {
        var value = "{\"spec\":{\"nodeName\":\"%s\"}}".formatted(node).getBytes(StandardCharsets.UTF_8);
        var entry = new Entry("/registry/pods/default/p" + revision, value, revision, revision);
        return new Change(PODS, new Store.Event(Store.Event.Kind.CREATED, entry, null));
    }

    @Test
    void slowWatcherIsCutOffInsteadOfHoldingUpOthers() throws Exception {
        var topic = new WatchTopic(0);
        var slow = new Watcher(0);
        assertThat(topic.open(slow, 0, null)).isTrue();
        for (int i = 1; i <= 5000; i++) topic.tell(change(i, "n"));
        assertThat(slow.isCutOff()).isTrue();
        assertThat(slow.poll(Duration.ZERO)).isNull();
    }

    @Test
    void whatIsRememberedIsToldToWhoComesLater() throws Exception {
        var topic = new WatchTopic(0);
        for (int i = 1; i <= 10; i++) topic.tell(change(i, i % 2 == 0 ? "even" : "odd"));
        var even = new Watcher(4);
        assertThat(topic.open(even, 4, "even")).isTrue();
        topic.tell(change(11, "odd"));
        topic.tell(change(12, "even"));
        for (long revision : new long[] {6, 8, 10, 12}) {
            var next = even.poll(Duration.ZERO);
            assertThat(next == null ? -1 : next.revision()).isEqualTo(revision);
        }
        assertThat(even.isEmpty()).isTrue();
    }

    @Test
    void whoComesForWhatIsForgottenIsNotLetIn() {
        var topic = new WatchTopic(0);
        for (int i = 1; i <= 2000; i++) topic.tell(change(i, "n"));
        assertThat(topic.open(new Watcher(5), 5, null)).isFalse();
        assertThat(topic.open(new Watcher(1990), 1990, null)).isTrue();
    }

    @Test
    void whoLeftIsToldNothingMore() throws Exception {
        var topic = new WatchTopic(0);
        var watcher = new Watcher(0);
        topic.open(watcher, 0, "n");
        watcher.close();
        topic.tell(change(1, "n"));
        assertThat(watcher.poll(Duration.ZERO)).isNull();
    }
}
