package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import org.junit.jupiter.api.Test;

final class NodeDevicesTest {
    private static Json.Obj node(String label, String ready) {
        return (Json.Obj) Json.parse("""
                {"metadata":{"labels":{"smarter.type":"%s"}},
                 "status":{"conditions":[{"type":"Ready","status":"%s","lastTransitionTime":"2026-01-31T12:00:00Z",
                                          "message":"no sign of life"}]}}""".formatted(label, ready));
    }

    @Test
    void aNodeWithoutEdgeIsToldWhatToDo() {
        assertThat(NodeDevices.noEdge("n1", node("other", "True"))).endsWith("kubectl label node n1 smarter.type=edge");
        assertThat(NodeDevices.noEdge("n1", node("edge", "True"))).contains("get daemonset smarter-edge");
    }

    @Test
    void aNodeThatIsNotReadyIsToldToBe() {
        assertThat(NodeDevices.unready(node("edge", "Unknown")))
                .isEqualTo(", which is not ready since 2026-01-31T12:00:00Z (no sign of life)");
        assertThat(NodeDevices.unready(node("edge", "True"))).isEmpty();
    }
}
