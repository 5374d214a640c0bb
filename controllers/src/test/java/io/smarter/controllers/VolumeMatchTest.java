package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeMatchTest {
    private static final Json.Obj CLAIM = yaml("""
            metadata: {namespace: farm, name: data, uid: u1}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: disks
              selector: {matchLabels: {kind: ssd}}
              resources: {requests: {storage: 10Gi}}
            """);
    private static final Json.Obj VOLUME = yaml("""
            metadata: {name: disk, labels: {kind: ssd}}
            spec: {accessModes: [ReadWriteOnce, ReadOnlyMany], storageClassName: disks, capacity: {storage: 10240Mi}}
            """);

    private static Json.Obj yaml(String text) {
        return (Json.Obj) Yaml.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Json.Obj volume(String name, String capacity) {
        return VOLUME.withAt(Json.of(name), "metadata", "name")
                .withAt(Json.of(capacity), "spec", "capacity", "storage");
    }

    private static String found(Json.Obj... volumes) {
        return VolumeMatch.of(CLAIM, Arrays.asList(volumes), List.of())
                .map(volume -> volume.textOrEmpty("metadata", "name"))
                .orElse("none");
    }

    @Test
    void theSmallestThatIsLargeEnoughIsTaken() {
        assertThat(found(volume("a", "20Gi"), volume("c", "12Gi"), volume("b", "12Gi"), volume("d", "9Gi")))
                .isEqualTo("b");
        assertThat(found(VOLUME)).isEqualTo("disk");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spec: {capacity: {storage: 10239Mi}}",
                "spec: {capacity: {storage: none}}",
                "spec: {accessModes: [ReadOnlyMany]}",
                "spec: {storageClassName: others}",
                "spec: {volumeMode: Block}",
                "spec: {claimRef: {namespace: farm, name: other}}",
                "spec: {claimRef: {namespace: farm, name: data, uid: of one before}}",
                "metadata: {labels: {kind: hdd}}",
                "metadata: {deletionTimestamp: '2026-11-27T00:00:00Z'}"
            })
    void whatIsNotAsAskedIsNot(String other) {
        assertThat(found(merged(VOLUME, yaml(other)))).isEqualTo("none");
    }

    private static Json.Obj merged(Json.Obj into, Json.Obj other) {
        var merged = into;
        for (var member : other.members().entrySet()) {
            boolean deeper =
                    member.getValue() instanceof Json.Obj && !member.getKey().equals("labels");
            var value = deeper ? merged(into.object(member.getKey()), (Json.Obj) member.getValue()) : member.getValue();
            merged = merged.with(member.getKey(), value);
        }
        return merged;
    }

    @Test
    void whatIsReservedOrNamedComesBeforeWhatFits() {
        var reserved = merged(
                volume("small", "1Mi"), yaml("spec: {claimRef: {namespace: farm, name: data}, storageClassName: x}"));
        assertThat(found(VOLUME, reserved)).isEqualTo("small");
        var naming = CLAIM.withAt(Json.of("disk"), "spec", "volumeName");
        assertThat(VolumeMatch.of(naming, List.of(reserved, VOLUME), List.of())).contains(VOLUME);
        assertThat(VolumeMatch.of(naming, List.of(reserved), List.of())).isEmpty();
    }

    @Test
    void storageMustBeOnTheNode() {
        var local = merged(VOLUME, yaml("""
                        spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
                          {key: kubernetes.io/hostname, operator: In, values: [n1]}]}]}}}
                        """));
        var n1 = yaml("metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}");
        var n2 = yaml("metadata: {name: n2, labels: {kubernetes.io/hostname: n2}}");
        assertThat(VolumeMatch.of(CLAIM, List.of(local), List.of(n1))).contains(local);
        assertThat(VolumeMatch.of(CLAIM, List.of(local), List.of(n2))).isEmpty();
        assertThat(VolumeMatch.of(CLAIM, List.of(local), List.of(n1, n2))).isEmpty();
        assertThat(VolumeMatch.of(CLAIM, List.of(VOLUME), List.of(n1, n2))).contains(VOLUME);
    }
}
