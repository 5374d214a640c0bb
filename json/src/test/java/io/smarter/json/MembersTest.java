package io.smarter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MembersTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 15, 16, 17, 18, 100})
    void fewAndManyMembersReadAlike(int count) {
        var text = IntStream.range(0, count)
                .map(i -> i * 7919 % 1000)
                .mapToObj("\"name-%1$d\":%1$d"::formatted)
                .collect(Collectors.joining(",", "{", "}"));
        var expected = new LinkedHashMap<String, Json>();
        IntStream.range(0, count).map(i -> i * 7919 % 1000).forEach(i -> expected.put("name-" + i, Json.of(i)));

        var object = (Json.Obj) Json.parse(text);

        assertThat(object.compact()).isEqualTo(text);
        assertThat(object).isEqualTo(new Json.Obj(expected)).hasSameHashCodeAs(new Json.Obj(expected));
        assertThat(object.members()).containsExactlyEntriesOf(expected).doesNotContainKey("name");
        expected.forEach((name, value) -> assertThat(object.get(name)).isEqualTo(value));
        var seen = new LinkedHashMap<String, Json>();
        object.members().forEach(seen::put);
        assertThat(seen).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16, 17, 40})
    void ofMembersWithOneNameTheLastCounts(int count) {
        var text = IntStream.range(0, count)
                .mapToObj("\"n%d\":0"::formatted)
                .collect(Collectors.joining(",", "{", ",\"n0\":1}"));
        var object = (Json.Obj) Json.parse(text);
        assertThat(object.members()).hasSize(count);
        assertThat(object.number(0, "n0")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 40})
    void changesGiveWhatAnOrderedMapGives(int count) {
        var expected = new LinkedHashMap<String, Json>();
        IntStream.range(0, count).forEach(i -> expected.put("n" + i, Json.of(i)));
        var object = new Json.Obj(new LinkedHashMap<>(expected));
        for (var name : new String[] {"n0", "n1", "n" + (count - 1), "new"}) {
            var set = new LinkedHashMap<>(expected);
            set.put(name, Json.of(-1));
            assertThat(object.with(name, Json.of(-1)).members()).containsExactlyEntriesOf(set);
            var removed = new LinkedHashMap<>(expected);
            removed.remove(name);
            assertThat(object.without(name).members()).containsExactlyEntriesOf(removed);
        }
        assertThat(object.members()).containsExactlyEntriesOf(expected);
    }

    @Test
    void membersCannotBeChanged() {
        var members = Json.obj("a", 1).members();
        assertThatThrownBy(() -> members.put("b", Json.of(2))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(members::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> members.entrySet().iterator().next().setValue(Json.of(2)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(members).isEqualTo(Map.of("a", Json.of(1)));
    }

    @Test
    void aNameThatManyObjectsHaveIsInMemoryOnce() {
        assertThat(name("{\"metadata\":1}")).isSameAs(name("{\"a\":1,\"metadata\":2}"));
    }

    private static String name(String text) {
        var members = ((Json.Obj) Json.parse(text)).members();
        return members.keySet().stream().filter("metadata"::equals).findAny().orElseThrow();
    }
}
