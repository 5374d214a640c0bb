package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.Listing;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client that writes config maps of its own until its server is killed, and knows what it was told about each. */
final class Scribe {
    /** How the names of all that scribes write begin. */
    static final String NAME = "scribe-";

    private static final int NAMES = 6;
    private static final int ONE_IN = 4;

    /**
     * A write that was asked for.
     *
     * @param value what the config map was to say; null to delete it
     * @param before the revision that it had; 0 when it was not there
     */
    record Writing(String name, @Nullable String value, long before) {}

    /** A write that was acknowledged; {@code revision} is 0 for a deletion, whose answer does not tell it. */
    record Written(Writing what, long revision) {}

    private final String prefix;
    private final Random random;
    private final Map<String, State> known = new HashMap<>();
    private final List<Written> written = new ArrayList<>();
    private @Nullable Writing pending;
    private int count;

    /** What a config map says, since which revision. */
    record State(long revision, String value) {
        static State of(Json.Obj map) {
            return new State(
                    Long.parseLong(map.textOrEmpty("metadata", "resourceVersion")), map.textOrEmpty("data", "says"));
        }
    }

    Scribe(int number) {
        this.prefix = NAME + number + "-";
        this.random = new Random(number);
    }

    /** What a list shows of what scribes wrote, by name. */
    static Map<String, State> states(Listing list) {
        var states = new HashMap<String, State>();
        for (var map : list.items()) {
            var name = map.textOrEmpty("metadata", "name");
            if (name.startsWith(NAME)) states.put(name, State.of(map));
        }
        return states;
    }

    /** Writes until the connection is lost; a refusal fails, as nothing else writes here. */
    void write(ApiClient client, AtomicInteger acknowledged) throws ApiException {
        written.clear();
        try {
            while (true) {
                step(client);
                acknowledged.incrementAndGet();
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            System.getLogger("faults").log(System.Logger.Level.DEBUG, "the server is gone", e);
        }
    }

    private void step(ApiClient client) throws IOException {
        var name = prefix + random.nextInt(NAMES);
        var now = known.get(name);
        boolean deletes = now != null && random.nextInt(ONE_IN) == 0;
        var writing = new Writing(name, deletes ? null : "writing " + ++count, now == null ? 0 : now.revision);
        pending = writing;
        if (deletes) {
            client.delete(Resource.CONFIG_MAPS, "default", name, Json.Obj.EMPTY);
            known.remove(name);
            written.add(new Written(writing, 0));
        } else {
            var map = now == null
                    ? client.create(Resource.CONFIG_MAPS, "default", map(writing))
                    : client.update(Resource.CONFIG_MAPS, map(writing));
            var told = State.of(map);
            assertThat(told.value).isEqualTo(writing.value);
            assertThat(told.revision).as(name).isGreaterThan(writing.before);
            known.put(name, told);
            written.add(new Written(writing, told.revision));
        }
        pending = null;
    }

    private static Json.Obj map(Writing writing) {
        var metadata = Json.obj("name", writing.name, "namespace", "default");
        if (writing.before > 0) metadata = metadata.with("resourceVersion", Json.of("" + writing.before));
        return Json.obj("metadata", metadata, "data", Json.obj("says", writing.value));
    }

    /** What was acknowledged since the server started. */
    List<Written> written() {
        return written;
    }

    /** The newest revision that it was told. */
    long newest() {
        return written.stream().mapToLong(Written::revision).max().orElse(0);
    }

    /**
     * Looks at what is there after a kill: each config map is as it was last told to be. Only of the one write that had no
     * answer yet, both ends are right. Returns whether there was one, and it is there.
     */
    boolean settle(Map<String, State> present) {
        boolean kept = false;
        for (int i = 0; i < NAMES; i++) {
            var name = prefix + i;
            var actual = present.get(name);
            boolean asTold = Objects.equals(actual, known.get(name));
            boolean asTried = !asTold && asTried(name, actual);
            assertThat(asTold || asTried)
                    .as("%s is %s, was told %s, without an answer: %s", name, actual, known.get(name), pending)
                    .isTrue();
            kept |= asTried;
            if (actual == null) known.remove(name);
            else known.put(name, actual);
        }
        pending = null;
        return kept;
    }

    private boolean asTried(String name, @Nullable State actual) {
        if (pending == null || !pending.name.equals(name)) return false;
        if (pending.value == null) return actual == null;
        return actual != null && pending.value.equals(actual.value) && actual.revision > pending.before;
    }
}
