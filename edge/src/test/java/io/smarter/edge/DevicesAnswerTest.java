package io.smarter.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.devices.DevicesStatus;
import io.smarter.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevicesAnswerTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, false, UTF_8);

    @TempDir
    private Path folder;

    @Test
    void whatIsKnownOfTheNodeIsPrinted() throws Exception {
        for (var node : List.of("n1", "n2")) {
            var kept = new DevicesStatus(
                    node, folder + "/none", 1, true, List.of(), List.of(), List.of(), List.of("null"), "");
            Files.writeString(folder.resolve(node + ".json"), kept.json().compact());
        }
        DevicesAnswer.print(Map.of("NODE_NAME", "n2"), folder, out);
        var told = DevicesStatus.of(Json.parse(said.toByteArray()));
        assertThat(told.node()).isEqualTo("n2");
        assertThat(told.unmatched()).containsExactly("null");
        assertThat(told.holdersUnknown()).contains(folder + "/none");
    }

    @Test
    void whatIsNotKnownIsAnError() {
        assertThatIOException()
                .isThrownBy(() -> DevicesAnswer.print(Map.of("NODE_NAME", "n3"), folder, out))
                .withMessageContaining("devices of n3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DevicesAnswer.print(Map.of(), folder, out))
                .withMessageContaining("NODE_NAME");
    }
}
