package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.controllers.Placement.Fit;
import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {
    private static final Json.Obj EMPTY = Json.obj("spec", Json.obj());
    private static final Json.Obj DEMO =
            Json.obj("spec", Json.obj("nodeSelector", Json.obj("smarter-demo", "enabled")));
    private static final Json.Obj ON_N1 = Json.obj("spec", Json.obj("nodeName", "n1"));

    static Stream<Arguments> fits() {
        return Stream.of(
                argumentSet("any node", EMPTY, node("n1"), Fit.RUN),
                argumentSet("a label that is missing", DEMO, node("n1"), Fit.NONE),
                argumentSet(
                        "the label",
                        DEMO,
                        node("n1").withAt(Json.of("enabled"), "metadata", "labels", "smarter-demo"),
                        Fit.RUN),
                argumentSet("the named node", ON_N1, node("n1"), Fit.RUN),
                argumentSet("another node", ON_N1, node("n2"), Fit.NONE),
                argumentSet("cordoned", EMPTY, node("n1", "node.kubernetes.io/unschedulable", "NoSchedule"), Fit.RUN),
                argumentSet("unreachable", EMPTY, node("n1", "node.kubernetes.io/unreachable", "NoExecute"), Fit.RUN),
                argumentSet("tainted NoSchedule", EMPTY, node("n1", "smarter.type", "NoSchedule"), Fit.KEEP),
                argumentSet("tainted NoExecute", EMPTY, node("n1", "smarter.type", "NoExecute"), Fit.NONE),
                argumentSet("a preference", EMPTY, node("n1", "smarter.type", "PreferNoSchedule"), Fit.RUN),
                argumentSet(
                        "tolerated",
                        Json.obj("spec", Json.obj("tolerations", List.of(Json.obj("operator", "Exists")))),
                        node("n1", "smarter.type", "NoExecute"),
                        Fit.RUN));
    }

    @ParameterizedTest
    @MethodSource("fits")
    void saysWhetherAPodBelongsOnANode(Json.Obj template, Json.Obj node, Fit fit) {
        assertThat(Placement.of(template).on(node).fit()).isEqualTo(fit);
    }

    @Test
    void aNodeOfUnknownStateIsNotReachable() {
        var conditions = Json.arr(Json.obj("type", "Ready", "status", "Unknown"));
        var lost = node("n1").withAt(conditions, "status", "conditions");
        assertThat(Placement.of(EMPTY).on(lost).reachable()).isFalse();
        assertThat(Placement.of(EMPTY).on(node("n1")).reachable()).isTrue();
    }

    private static Json.Obj node(String name) {
        return Json.obj("metadata", Json.obj("name", name));
    }

    private static Json.Obj node(String name, String taint, String effect) {
        return node(name).withAt(Json.arr(Json.obj("key", taint, "effect", effect)), "spec", "taints");
    }
}
