package io.smarter.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Patches that are computed from two random states lead from the one to the other. */
final class PatchesPropertyTest {
    private static final SchemaKind POD = Objects.requireNonNull(Schema.load().kind("", "v1", "Pod"));

    @RepeatedTest(100)
    void aComputedStrategicPatchLeadsFromOneStateToTheOther(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var before = pod(random);
        var after = pod(random);
        var patch = Json.obj("metadata", labels(before, after), "spec", containers(before, after));
        assertThat(Patches.strategic(POD, before, patch)).isEqualTo(new Patches.Outcome.Patched(after));
        assertThat(Patches.strategic(POD, after, patch)).isEqualTo(new Patches.Outcome.Patched(after));
    }

    @RepeatedTest(50)
    void aMergePatchLeadsFromOneStateToTheOther(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var before = pod(random);
        var after = pod(random);
        var patch = Json.obj("metadata", labels(before, after), "spec", after.object("spec"));
        assertThat(Patches.merge(POD, before, patch)).isEqualTo(new Patches.Outcome.Patched(after));
    }

    private static Json.Obj labels(Json.Obj before, Json.Obj after) {
        var labels = new LinkedHashMap<String, Json>();
        for (var name : before.object("metadata", "labels").members().keySet()) labels.put(name, Json.Null.NULL);
        labels.putAll(after.object("metadata", "labels").members());
        return Json.obj("labels", new Json.Obj(labels));
    }

    /** The changes of the containers as kubectl computes them: what goes, what is left of each, and their order. */
    private static Json.Obj containers(Json.Obj before, Json.Obj after) {
        var changes = new ArrayList<Json>();
        var order = new ArrayList<Json>();
        for (var item : after.items("spec", "containers")) {
            changes.add(item);
            order.add(Json.obj("name", item.text("name")));
        }
        for (var item : before.items("spec", "containers")) {
            var name = item.text("name");
            boolean stays =
                    after.items("spec", "containers").stream().anyMatch(now -> Objects.equals(now.text("name"), name));
            if (!stays) changes.add(Json.obj("$patch", "delete", "name", name));
        }
        return Json.obj("$setElementOrder/containers", order, "containers", changes);
    }

    private static Json.Obj pod(Random random) {
        var containers = new ArrayList<Json>();
        for (var name : List.of("a", "b", "c", "d")) {
            if (random.nextBoolean()) containers.add(Json.obj("name", name, "image", "i" + random.nextInt(3)));
        }
        Collections.shuffle(containers, random);
        var labels = new LinkedHashMap<String, Json>();
        for (var name : List.of("x", "y")) if (random.nextBoolean()) labels.put(name, Json.of("v" + random.nextInt(2)));
        return Json.obj(
                "metadata", Json.obj("labels", new Json.Obj(labels)), "spec", Json.obj("containers", containers));
    }
}
