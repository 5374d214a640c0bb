package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One object of every stable kind of Kubernetes 1.36, all its fields set, as Go wrote it (see {@code schema/generator}). */
final class GoldenObjectsTest {
    private static final Schema SCHEMA = Schema.load();
    private static final Map<String, byte[]> FILES = files();

    /** Those that are not of the table are never written to the API. */
    @Test
    void allKindsAreKnown() {
        var unknown = FILES.keySet().stream().filter(name -> name.endsWith(".json") && kind(name) == null);
        assertThat(unknown)
                .containsExactly(
                        "admission.k8s.io.v1.AdmissionReview.json",
                        "apidiscovery.k8s.io.v2.APIGroupDiscovery.json",
                        "apiextensions.k8s.io.v1.ConversionReview.json",
                        "core.v1.WatchEvent.json");
    }

    static Stream<Arguments> objects() {
        return names().map(name -> argumentSet(name, name));
    }

    /** A definition's schema there lists the schemas of its items, which no server accepts. */
    static Stream<Arguments> accepted() {
        return names().filter(name -> !name.endsWith("CustomResourceDefinition"))
                .map(name -> argumentSet(name, name));
    }

    private static Stream<String> names() {
        return FILES.keySet().stream()
                .filter(name -> name.endsWith(".pb") && kind(name) != null)
                .map(name -> name.substring(0, name.length() - ".pb".length()));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void allFieldsAreKnown(String name) {
        assertThat(FieldValidation.unknown(known(name), json(name), List.of())).isEmpty();
        assertThat(FieldValidation.wrongType(known(name), json(name))).isNull();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void readsWhatGoWrites(String name) {
        var read = FieldValidation.pruned(known(name), SchemaProtobuf.decode(known(name), bytes(name)));
        assertThat(SchemaValues.same(read, json(name))).as(read.pretty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void writesWhatGoWrites(String name) {
        assertThat(ProtobufAnswers.object(known(name), json(name))).isEqualTo(bytes(name));
    }

    private static @Nullable SchemaKind kind(String name) {
        var parts = List.of(name.split("\\."));
        int version = 0;
        while (!parts.get(version).matches("v\\d+")) version++;
        var group = String.join(".", parts.subList(0, version));
        return SCHEMA.kind(group.equals("core") ? "" : group, parts.get(version), parts.get(version + 1));
    }

    private static SchemaKind known(String name) {
        return Objects.requireNonNull(kind(name));
    }

    private static byte[] bytes(String name) {
        return Objects.requireNonNull(FILES.get(name + ".pb"));
    }

    private static Json.Obj json(String name) {
        var text = Objects.requireNonNull(FILES.get(name + ".json"));
        return (Json.Obj) Json.parse(new String(text, StandardCharsets.UTF_8));
    }

    private static Map<String, byte[]> files() {
        var files = new TreeMap<String, byte[]>();
        try (var zip =
                new ZipInputStream(Objects.requireNonNull(GoldenObjectsTest.class.getResourceAsStream("golden.zip")))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
                files.put(entry.getName(), zip.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("golden.zip: cannot be read", e);
        }
        return files;
    }
}
