package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests, and a model of a few lines that says what each must give: the state of now, every state of the past,
 * and the events between any two of them.
 */
class ModelTest {
    private static final int STEPS = 400;
    private static final List<String> NAMESPACES = List.of("default", "kube-system");

    @TempDir
    Path folder;

    /** What one object is: its revision and its data. */
    private record State(long revision, String data) {}

    /** What a watcher is told. */
    private record Told(long revision, String event, String key) {}

    private final NavigableMap<String, State> now = new TreeMap<>();
    private final NavigableMap<Long, NavigableMap<String, State>> past = new TreeMap<>();
    private final List<Told> told = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void answersAreThoseOfTheModel(long seed) throws Exception {
        var random = new Random(seed);
        try (var api = new TestApi(folder, StoreOptions.DEFAULT.withKeep(Duration.ofHours(1), 100_000))) {
            long start = revision(list(api, "default", ""));
            past.put(start, new TreeMap<>());
            for (int step = 0; step < STEPS; step++) {
                var where = "seed %d, step %d".formatted(seed, step);
                step(api, random, where);
            }
            for (int i = 0; i < 20; i++) lists(api, random, "seed " + seed);
            for (int i = 0; i < 5; i++) watches(api, random, "seed " + seed);
        }
    }

    private void step(TestApi api, Random random, String where) throws Exception {
        var key = NAMESPACES.get(random.nextInt(2)) + "/m" + random.nextInt(6);
        var data = Integer.toString(random.nextInt(4));
        switch (random.nextInt(7)) {
            case 0, 1 -> create(api, key, data, where);
            case 2 -> update(api, key, data, random.nextInt(3), where);
            case 3, 4 -> patch(api, key, data, where);
            case 5 -> delete(api, key, random.nextInt(3), where);
            default -> lists(api, random, where);
        }
    }

    private void create(TestApi api, String key, String data, String where) {
        var answer = api.ask("POST", path(key, false), map(key, data, null));
        assertThat(answer.status).as(where).isEqualTo(now.containsKey(key) ? 409 : 201);
        if (answer.status == 201) wrote("ADDED", key, revision(answer.json()), data);
    }

    /** @param which revision is given: none, that of now, or an old one */
    private void update(TestApi api, String key, String data, int which, String where) {
        var state = now.get(key);
        var given = which == 0 || state == null ? null : which == 1 ? Long.valueOf(state.revision) : Long.valueOf(1);
        var answer = api.ask("PUT", path(key, true), map(key, data, given));
        int expected = state == null ? 404 : which == 2 ? 409 : 200;
        assertThat(answer.status).as(where).isEqualTo(expected);
        if (expected == 200) changed(key, answer.json(), data, where);
    }

    private void patch(TestApi api, String key, String data, String where) {
        var answer = api.ask("PATCH", path(key, true), "{\"data\":{\"k\":\"" + data + "\"}}", MERGE_PATCH);
        assertThat(answer.status).as(where).isEqualTo(now.containsKey(key) ? 200 : 404);
        if (answer.status == 200) changed(key, answer.json(), data, where);
    }

    /** What changes nothing is no event and no new revision. */
    private void changed(String key, Json.Obj object, String data, String where) {
        var state = now.get(key);
        if (state != null && state.data.equals(data))
            assertThat(revision(object)).as(where).isEqualTo(state.revision);
        else wrote("MODIFIED", key, revision(object), data);
    }

    /** @param which revision it must have: any, that of now, or an old one */
    private void delete(TestApi api, String key, int which, String where) {
        var state = now.get(key);
        var wanted = which == 0 || state == null ? "{}" : """
                {"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"resourceVersion":"%d"}}""".formatted(which == 1 ? state.revision : 1);
        var answer = api.ask("DELETE", path(key, true), wanted);
        int expected = state == null ? 404 : which == 2 ? 409 : 200;
        assertThat(answer.status).as(where).isEqualTo(expected);
        if (expected != 200) return;
        now.remove(key);
        long revision = api.store.revision();
        past.put(revision, new TreeMap<>(now));
        told.add(new Told(revision, "DELETED", key));
    }

    private void wrote(String event, String key, long revision, String data) {
        now.put(key, new State(revision, data));
        past.put(revision, new TreeMap<>(now));
        told.add(new Told(revision, event, key));
    }

    /** The list of now, and one of a state of the past, whole and in pages. */
    private void lists(TestApi api, Random random, String where) {
        var namespace = NAMESPACES.get(random.nextInt(2));
        assertThat(states(list(api, namespace, ""))).as(where).isEqualTo(of(namespace, now));
        var revisions = new ArrayList<>(past.keySet());
        long then = revisions.get(random.nextInt(revisions.size()));
        var exact = "?resourceVersionMatch=Exact&resourceVersion=" + then;
        assertThat(states(list(api, namespace, exact))).as(where).isEqualTo(of(namespace, past.get(then)));
        var paged = new TreeMap<String, State>();
        var page = list(api, namespace, exact + "&limit=2");
        for (paged.putAll(states(page)); page.text("metadata", "continue") != null; paged.putAll(states(page)))
            page = list(api, namespace, "?limit=2&continue=" + page.text("metadata", "continue"));
        assertThat(paged).as(where).isEqualTo(of(namespace, past.get(then)));
    }

    /** All that happened after a state of the past, in order, and nothing else. */
    private void watches(TestApi api, Random random, String where) throws InterruptedException {
        var namespace = NAMESPACES.get(random.nextInt(2));
        var revisions = new ArrayList<>(past.keySet());
        long after = revisions.get(random.nextInt(revisions.size()));
        var expected = told.stream()
                .filter(event -> event.revision > after && event.key.startsWith(namespace + "/"))
                .map(event -> event.event + " " + event.key.substring(namespace.length() + 1))
                .toList();
        var target = path(namespace + "/", false) + "?watch=1&resourceVersion=" + after;
        try (var watch = api.watch(target)) {
            var heard = new ArrayList<String>();
            for (int i = 0; i < expected.size(); i++) heard.add(watch.next());
            assertThat(heard).as("%s, after %d", where, after).isEqualTo(expected);
        }
    }

    private static Json.Obj list(TestApi api, String namespace, String query) {
        var answer = api.get(path(namespace + "/", false) + query);
        assertThat(answer.status).as(query).isEqualTo(200);
        return answer.json();
    }

    private static Map<String, State> states(Json.Obj list) {
        var states = new TreeMap<String, State>();
        for (var item : list.items("items")) {
            var name = item.textOrEmpty("metadata", "name");
            if (name.startsWith("m"))
                states.put(
                        item.textOrEmpty("metadata", "namespace") + "/" + name,
                        new State(
                                Long.parseLong(item.textOrEmpty("metadata", "resourceVersion")),
                                item.textOrEmpty("data", "k")));
        }
        return states;
    }

    private static Map<String, State> of(String namespace, @Nullable NavigableMap<String, State> all) {
        return all == null ? Map.of() : all.subMap(namespace + "/", namespace + "0");
    }

    private static long revision(Json.Obj object) {
        return Long.parseLong(object.textOrEmpty("metadata", "resourceVersion"));
    }

    private static String path(String key, boolean one) {
        int slash = key.indexOf('/');
        var collection = "/api/v1/namespaces/" + key.substring(0, slash) + "/configmaps";
        return one ? collection + key.substring(slash) : collection;
    }

    private static String map(String key, String data, @Nullable Long revision) {
        var name = key.substring(key.indexOf('/') + 1);
        var given = revision == null ? "" : ",\"resourceVersion\":\"" + revision + "\"";
        return "{\"metadata\":{\"name\":\"%s\"%s},\"data\":{\"k\":\"%s\"}}".formatted(name, given, data);
    }
}
