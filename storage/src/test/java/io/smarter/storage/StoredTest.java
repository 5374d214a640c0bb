package io.smarter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.store.Entry;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoredTest {
    private static final ApiType MAPS = type("configmaps");

    private static ApiType type(String plural) {
        var type = new Types(Schema.load()).find("", "v1", plural);
        if (type == null) throw new AssertionError(plural);
        return type;
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                argumentSet(
                        "as we write it",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{}}"),
                argumentSet(
                        "in another order",
                        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}"),
                argumentSet(
                        "data first",
                        "{\"apiVersion\":\"v1\",\"data\":{\"x\":\",\\\"metadata\\\":{\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}"),
                argumentSet(
                        "an inner member of the name",
                        "{\"apiVersion\":\"v1\",\"spec\":{\"a\":1,\"metadata\":{\"b\":1}},\"metadata\":{\"name\":\"a\"}}"),
                argumentSet("empty metadata", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{}}"),
                argumentSet("no metadata", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"),
                argumentSet("with spaces", "{ \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"a\"} }"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void revisionIsPutInWhoeverWroteTheText(String text) {
        var stored = new Stored(MAPS, new Entry("k", text.getBytes(StandardCharsets.UTF_8), 1, 42));
        var shown = (Json.Obj) Json.parse(stored.json());
        assertThat(shown).isEqualTo(stored.tree());
        assertThat(shown.text("metadata", "resourceVersion")).isEqualTo("42");
        assertThat(shown.withoutAt("metadata", "resourceVersion").without("metadata"))
                .isEqualTo(((Json.Obj) Json.parse(text)).without("metadata"));
    }

    @Test
    void textThatIsKeptHasNoRevisionAndStartsWithItsMetadata() {
        var object = Json.obj(
                "data",
                Json.obj("x", "y"),
                "metadata",
                Json.obj("resourceVersion", "7", "name", "a"),
                "kind",
                "ConfigMap",
                "apiVersion",
                "v1");
        assertThat(new String(Stored.bytes(MAPS, object), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":\"y\"}}");
    }
}
