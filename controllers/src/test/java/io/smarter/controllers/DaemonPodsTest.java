package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DaemonPodsTest {
    private final DaemonSet daemonSet = RevisionsTest.daemonSet("image:1");

    @Test
    void aNameIsThatOfTheDaemonSetAndFiveCharacters() {
        assertThat(DaemonPods.name(daemonSet, new Random())).matches("sensor-[a-z0-9]{5}");
    }

    @Test
    void aLongNameStillFitsALabel() {
        var longName = new DaemonSet(daemonSet.object().withAt(Json.of("x".repeat(80)), "metadata", "name"));
        assertThat(DaemonPods.name(longName, new Random())).hasSize(63);
    }

    @Test
    void aPodIsBoundAndOwned() {
        var pod = DaemonPods.make(daemonSet, "sensor-abcde", "gate-1", "hash");
        assertThat(pod.text("spec", "nodeName")).isEqualTo("gate-1");
        assertThat(pod.textOrEmpty("metadata", "name")).isEqualTo("sensor-abcde");
        assertThat(pod.texts("metadata", "labels"))
                .containsEntry("app", "sensor")
                .containsEntry("controller-revision-hash", "hash")
                .containsEntry("pod-template-generation", "7");
        assertThat(Owners.references(pod)).containsExactly(Json.parse("""
                {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "sensor", "uid": "uid-1",
                 "controller": true, "blockOwnerDeletion": true}"""));
        assertThat(pod.items("spec", "containers"))
                .isEqualTo(daemonSet.template().items("spec", "containers"));
    }

    @Test
    void aPodToleratesWhatItsPurposeDemands() {
        var pod = DaemonPods.make(daemonSet, "sensor-abcde", "gate-1", "hash");
        assertThat(pod.items("spec", "tolerations").stream().map(one -> one.text("key")))
                .containsExactly(
                        "smarter.type",
                        "node.kubernetes.io/not-ready",
                        "node.kubernetes.io/unreachable",
                        "node.kubernetes.io/disk-pressure",
                        "node.kubernetes.io/memory-pressure",
                        "node.kubernetes.io/pid-pressure",
                        "node.kubernetes.io/unschedulable");
        assertThat(DaemonPods.tolerations(Json.obj("hostNetwork", true)))
                .extracting(one -> one.text("key"))
                .contains("node.kubernetes.io/network-unavailable");
    }
}
