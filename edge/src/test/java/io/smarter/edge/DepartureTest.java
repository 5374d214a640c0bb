package io.smarter.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DepartureTest {
    private static final Json.Obj NODE =
            Json.obj("metadata", Json.obj("name", "n", "labels", Map.of("smarter.type", "edge")));

    private static Json.Obj set(Json.Obj metadata, Map<String, String> selector) {
        var spec = Json.obj("template", Json.obj("spec", Json.obj("nodeSelector", selector)));
        return Json.obj("metadata", metadata, "spec", spec);
    }

    @Test
    void aNodeThatIsStillMeantKeepsAll() {
        assertThat(Departure.of(set(Json.Obj.EMPTY, Map.of("smarter.type", "edge")), NODE))
                .isEmpty();
        assertThat(Departure.of(set(Json.Obj.EMPTY, Map.of()), NODE)).isEmpty();
    }

    @Test
    void aNodeThatLostItsLabelKeepsNothing() {
        assertThat(Departure.of(set(Json.Obj.EMPTY, Map.of("smarter.cni", "enabled")), NODE))
                .hasValue("the node has no label smarter.cni=enabled any more");
    }

    @Test
    void ofADaemonSetThatGoesNothingIsKept() {
        var going = Json.obj("deletionTimestamp", "2026-11-27T00:00:00Z");
        assertThat(Departure.of(set(going, Map.of()), NODE)).hasValue("its DaemonSet is being deleted");
        assertThat(Departure.refused(404, "daemonsets")).hasValue("its DaemonSet is no more");
        assertThat(Departure.refused(401, "")).hasValue("the account of its DaemonSet is no more");
    }

    @Test
    void otherRefusalsTellNothing() {
        assertThat(Departure.refused(404, "nodes")).isEmpty();
        assertThat(Departure.refused(403, "daemonsets")).isEmpty();
        assertThat(Departure.refused(500, "")).isEmpty();
    }
}
