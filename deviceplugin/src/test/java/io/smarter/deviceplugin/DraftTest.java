package io.smarter.deviceplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.deviceplugin.Draft.Complete;
import io.smarter.deviceplugin.Draft.Held;
import io.smarter.deviceplugin.Draft.Lacking;
import io.smarter.deviceplugin.Want.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DraftTest {
    private static final String CAMERA = TestPods.CAMERA;
    private static final Want TWO = want("app", Kind.MAIN, 2);

    private static Want want(String container, Kind kind, int count) {
        return new Want(container, kind, CAMERA, count);
    }

    /** Healthy devices as {@code id} or {@code id@node}; those after a bar are in use. */
    private static Stock served(String text) {
        var healthy = new TreeMap<String, Device>();
        var free = new TreeSet<String>();
        boolean used = false;
        for (var word : text.split(" ")) {
            if (word.equals("|")) used = true;
            if (word.isEmpty() || word.equals("|")) continue;
            var parts = word.split("@");
            var nodes = new ArrayList<Long>();
            for (int i = 1; i < parts.length; i++) nodes.add(Long.parseLong(parts[i]));
            healthy.put(parts[0], new Device(parts[0], true, nodes));
            if (!used) free.add(parts[0]);
        }
        return new Stock(Stock.State.SERVED, healthy, free);
    }

    private static Stock unserved(Stock.State state) {
        return new Stock(state, Map.of(), new TreeSet<>());
    }

    private static Draft draft(Stock stock, Map<Want, Held> held, Want... wants) {
        return Draft.of(List.of(wants), held::get, _ -> stock, Map.of());
    }

    private static List<String> texts(Draft draft) {
        return switch (draft) {
            case Lacking(var message) -> List.of(message);
            case Complete(var picks) ->
                picks.stream()
                        .map(pick -> pick.want().container() + pick.ids() + (pick.settled() ? "" : "!"))
                        .toList();
        };
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("the first free ones", served("c b a | x"), List.of("app[a, b]!")),
                argumentSet("near to each other", served("a@0 b@1 c@1 d"), List.of("app[b, c]!")),
                argumentSet("of several parts when none has enough", served("a@0 b@1 c"), List.of("app[a, b]!")),
                argumentSet(
                        "not enough",
                        served("a | b c"),
                        List.of("smarter.io/camera: 2 wanted for container app, 1 of 3 healthy ones free")),
                argumentSet(
                        "none ever",
                        unserved(Stock.State.UNKNOWN),
                        List.of("smarter.io/camera: no device plugin has registered for it")),
                argumentSet(
                        "none yet",
                        unserved(Stock.State.AWAITED),
                        List.of("smarter.io/camera: its device plugin has not registered again")),
                argumentSet("nobody's", unserved(Stock.State.UNMANAGED), List.of("app[]")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aContainerGetsDevices(Stock stock, List<String> expected) {
        assertThat(texts(draft(stock, Map.of(), TWO))).isEqualTo(expected);
    }

    static Stream<Arguments> kept() {
        return Stream.of(
                argumentSet("of this boot, whatever became of them", unserved(Stock.State.AWAITED), true, "app[a, b]"),
                argumentSet("of another boot, prepared again", served("c | a b"), false, "app[a, b]!"),
                argumentSet(
                        "of another boot, plugin to come",
                        unserved(Stock.State.AWAITED),
                        false,
                        "smarter.io/camera: its device plugin has not registered again"),
                argumentSet(
                        "of another boot, one broken",
                        served("c d | a"),
                        false,
                        "smarter.io/camera: device b, which container app holds, is not healthy"));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatAContainerHoldsItKeeps(Stock stock, boolean settled, String expected) {
        var held = Map.of(TWO, new Held(List.of("a", "b"), settled));
        assertThat(texts(draft(stock, held, TWO))).containsExactly(expected);
    }

    @Test
    void initContainersLeaveTheirsToThoseAfterThem() {
        var wants =
                new Want[] {want("load", Kind.INIT, 2), want("proxy", Kind.SIDECAR, 1), want("check", Kind.INIT, 2), TWO
                };
        assertThat(texts(draft(served("a b c d"), Map.of(), wants)))
                .containsExactly("load[a, b]!", "proxy[a]!", "check[b, c]!", "app[b, c]!");
    }

    @Test
    void containersThatRunTogetherShareNothing() {
        var lacking = draft(served("a b c"), Map.of(), TWO, want("other", Kind.MAIN, 2));
        assertThat(texts(lacking))
                .containsExactly("smarter.io/camera: 2 wanted for container other, 1 of 3 healthy ones free");
    }

    @Test
    void pluginsAreFollowedAsFarAsTheyMayChoose() {
        var liked = Map.of(TWO, List.of("x", "d", "nonsense"));
        var draft = Draft.of(List.of(TWO), _ -> null, _ -> served("a b c d | x"), liked);
        assertThat(texts(draft)).containsExactly("app[d, a]!");
    }
}
