package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GatewaySettingsTest {
    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet("plain http", "http://cloud:1", "edge1", "/d", "server: must be https"),
                argumentSet("no host", "https:///x", "edge1", "/d", "server: must be https"),
                argumentSet("upper case", "https://cloud:1", "Edge1", "/d", "name: must be lower-case"),
                argumentSet("empty part", "https://cloud:1", "a..b", "/d", "name: must be lower-case"),
                argumentSet("relative folder", "https://cloud:1", "edge1", "d", "data: must be an absolute path"));
    }

    @Test
    void refusesLabelsThatNoNodeCanHave() {
        assertThatThrownBy(() -> new GatewaySettings(
                        URI.create("https://cloud:1"), null, "edge1", Path.of("/d"), null, Map.of("a b", "c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("was 'a b=c'");
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatCannotBe(String server, String name, String data, String message) {
        assertThatThrownBy(() -> new GatewaySettings(URI.create(server), null, name, Path.of(data), null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
