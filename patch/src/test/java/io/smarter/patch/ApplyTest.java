package io.smarter.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ApplyTest {
    private static final Schema SCHEMA = Schema.load();
    private static final SchemaKind POD = Objects.requireNonNull(SCHEMA.kind("", "v1", "Pod"));
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.5Z");
    private static final Instant T1 = Instant.parse("2026-01-02T00:00:00Z");

    @Test
    void theFirstApplyOwnsWhatItStates() {
        var object = applied(null, pod("{'containers':[{'name':'a','image':'x'}]}"), "one", T0);
        assertThat(object.at("metadata", "managedFields")).isEqualTo(json("""
                [{"manager":"one","operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z",
                  "fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:containers":
                    {"k:{\\"name\\":\\"a\\"}":{".":{},"f:image":{},"f:name":{}}}}}}]"""));
    }

    static Stream<Arguments> removals() {
        return Stream.of(
                argumentSet(
                        "scalar",
                        "{'nodeName':'n','priority':1,'containers':[{'name':'a'}]}",
                        "{'priority':1,'containers':[{'name':'a'}]}",
                        "{'priority':1,'containers':[{'name':'a'}]}"),
                argumentSet(
                        "item",
                        "{'containers':[{'name':'a'},{'name':'b'}]}",
                        "{'containers':[{'name':'b'}]}",
                        "{'containers':[{'name':'b'}]}"),
                argumentSet(
                        "member of an item",
                        "{'containers':[{'name':'a','image':'x'}]}",
                        "{'containers':[{'name':'a'}]}",
                        "{'containers':[{'name':'a'}]}"),
                argumentSet(
                        "whole object",
                        "{'containers':[{'name':'a'}],'securityContext':{'runAsUser':1}}",
                        "{'containers':[{'name':'a'}]}",
                        "{'containers':[{'name':'a'}]}"),
                argumentSet(
                        "atomic list changes as a whole",
                        "{'tolerations':[{'key':'a'},{'key':'b'}],'containers':[{'name':'a'}]}",
                        "{'tolerations':[{'key':'b'}],'containers':[{'name':'a'}]}",
                        "{'tolerations':[{'key':'b'}],'containers':[{'name':'a'}]}"),
                argumentSet(
                        "keys with a default",
                        "{'containers':[{'name':'a','ports':[{'containerPort':1},{'containerPort':1,'protocol':'UDP'}]}]}",
                        "{'containers':[{'name':'a','ports':[{'containerPort':1,'protocol':'TCP'}]}]}",
                        "{'containers':[{'name':'a','ports':[{'containerPort':1,'protocol':'TCP'}]}]}"));
    }

    @ParameterizedTest
    @MethodSource("removals")
    void whatTheApplierStatesNoMoreGoesAway(String first, String second, String expected) {
        var live = applied(null, pod(first), "one", T0);
        assertThat(applied(live, pod(second), "one", T1).at("spec")).isEqualTo(json(expected));
    }

    @Test
    void whatOthersOwnStays() {
        var live =
                applied(null, pod("{'nodeName':'n','priority':1,'containers':[{'name':'a','image':'x'}]}"), "one", T0);
        live = applied(live, pod("{'nodeName':'n','containers':[{'name':'a','image':'x'}]}"), "two", T0);
        var object = applied(live, pod("{'priority':1}"), "one", T1);
        assertThat(object.at("spec"))
                .isEqualTo(json("{'nodeName':'n','priority':1,'containers':[{'name':'a','image':'x'}]}"));
        assertThat(owned(object, "one")).isEqualTo("[.spec.priority]");
    }

    @Test
    void whatNobodyOwnsStays() {
        var live = applied(null, pod("{'containers':[{'name':'a'}]}"), "one", T0)
                .withAt(Json.of("Always"), "spec", "restartPolicy");
        var object = applied(live, pod("{'containers':[{'name':'b'}]}"), "one", T1);
        assertThat(object.at("spec")).isEqualTo(json("{'containers':[{'name':'b'}],'restartPolicy':'Always'}"));
    }

    @Test
    void anotherValueOfAnotherOwnerIsAConflict() {
        var live = ManagedFields.update(
                POD,
                null,
                pod("{'nodeName':'n','priority':1}"),
                new ManagedFields.Writer("kubectl-edit", "Update", "", T0));
        var outcome = Apply.apply(POD, live, pod("{'nodeName':'m'}"), writer("one", T1), false);
        assertThat(outcome)
                .isEqualTo(new Apply.Outcome.Conflicts(
                        List.of(new Apply.Conflict("\"kubectl-edit\" using v1", ".spec.nodeName"))));
        assertThat(((Apply.Outcome.Conflicts) outcome).message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: .spec.nodeName");
    }

    @Test
    void severalConflictsAreListed() {
        var live = applied(null, pod("{'nodeName':'n','priority':1}"), "two", T0);
        live = applied(live, pod("{'containers':[{'name':'a','image':'x'}]}"), "three", T0);
        var config = pod("{'nodeName':'m','priority':2,'containers':[{'name':'a','image':'y'}]}");
        var outcome = (Apply.Outcome.Conflicts) Apply.apply(POD, live, config, writer("one", T1), false);
        assertThat(outcome.message()).isEqualTo("""
                Apply failed with 3 conflicts: conflicts with "three":
                - .spec.containers[name="a"].image
                conflicts with "two":
                - .spec.nodeName
                - .spec.priority""");
    }

    /** Whoever states a field as false or nothing means it. */
    @Test
    void statedEmptinessIsOwned() {
        var live = applied(null, pod("{'hostNetwork':true,'nodeName':'n'}"), "one", T0);
        var config = pod("{'hostNetwork':false,'priority':null}");
        assertThat(Apply.apply(POD, live, config, writer("two", T1), false))
                .isEqualTo(new Apply.Outcome.Conflicts(List.of(new Apply.Conflict("\"one\"", ".spec.hostNetwork"))));
        var object = ((Apply.Outcome.Applied) Apply.apply(POD, live, config, writer("two", T1), true)).object();
        assertThat(object.at("spec")).isEqualTo(json("{'nodeName':'n'}"));
        assertThat(owned(object, "two")).isEqualTo("[.spec.hostNetwork, .spec.priority]");
        assertThat(applied(object, config, "two", Instant.MAX)).isEqualTo(object);
    }

    @Test
    void theSameValueIsShared() {
        var live = applied(null, pod("{'nodeName':'n'}"), "one", T0);
        var object = applied(live, pod("{'nodeName':'n'}"), "two", T1);
        assertThat(owned(object, "one")).isEqualTo("[.spec.nodeName]");
        assertThat(owned(object, "two")).isEqualTo("[.spec.nodeName]");
    }

    @Test
    void forceTakesTheFields() {
        var live = applied(null, pod("{'nodeName':'n','priority':1}"), "one", T0);
        var outcome = Apply.apply(POD, live, pod("{'nodeName':'m'}"), writer("two", T1), true);
        var object = ((Apply.Outcome.Applied) outcome).object();
        assertThat(object.text("spec", "nodeName")).isEqualTo("m");
        assertThat(owned(object, "one")).isEqualTo("[.spec.priority]");
    }

    @Test
    void anObjectThatNobodyAccountsForGetsAnOwner() {
        var live = pod("{'nodeName':'n','priority':1}");
        var object = applied(live, pod("{'priority':1}"), "one", T1);
        assertThat(owned(object, "before-first-apply"))
                .contains(".spec.nodeName")
                .contains(".spec.priority");
        assertThat(Apply.apply(POD, live, pod("{'priority':2}"), writer("one", T1), false))
                .isInstanceOf(Apply.Outcome.Conflicts.class);
    }

    @Test
    void statusIsNotTheConcernOfTheMainResource() {
        var config = pod("{'nodeName':'n'}").withAt(Json.of("Running"), "status", "phase");
        var object = applied(null, config, "one", T0);
        assertThat(object.has("status")).isFalse();
        assertThat(owned(object, "one")).isEqualTo("[.spec.nodeName]");
        var status = new ManagedFields.Writer("kubelet", "Update", "status", T1);
        var outcome = (Apply.Outcome.Applied) Apply.apply(POD, object, config, status, false);
        assertThat(outcome.object().text("status", "phase")).isEqualTo("Running");
        assertThat(owned(outcome.object(), "kubelet")).isEqualTo("[.status.phase]");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                argumentSet(
                        "no key", "{'containers':[{'image':'x'}]}", ".spec.containers: associative list with keys has"),
                argumentSet(
                        "twice",
                        "{'containers':[{'name':'x'},{'name':'x'}]}",
                        "duplicate entries for key [name=\"x\"]"),
                argumentSet("unknown", "{'hosts':1}", ": .spec.hosts: field not declared in schema"),
                argumentSet(
                        "wrong type", "{'containers':['x']}", ": json: cannot unmarshal string into Go struct field"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aConfigurationThatDoesNotFitIsRefused(String spec, String message) {
        var outcome = (Apply.Outcome.Rejected) Apply.apply(POD, null, pod(spec), writer("one", T0), false);
        assertThat(outcome.message())
                .startsWith("failed to create typed patch object (default/p; /v1, Kind=Pod): ")
                .contains(message);
    }

    @Test
    void aKindWithoutSchemaHasAtomicLists() {
        var kind = SchemaKind.untyped("example.org", "v1", "Thing");
        var config = (Json.Obj) json("{'apiVersion':'example.org/v1','kind':'Thing','spec':{'a':[1,2],'b':{'c':1}}}");
        var object = ((Apply.Outcome.Applied) Apply.apply(kind, null, config, writer("one", T0), false)).object();
        assertThat(owned(object, "one")).isEqualTo("[.spec, .spec.a, .spec.b, .spec.b.c]");
    }

    @Test
    void appliedItemsKeepTheirOrderAmongLiveOnes() {
        var live = applied(null, pod("{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}"), "one", T0);
        var object = applied(live, pod("{'containers':[{'name':'x'},{'name':'c'},{'name':'b'}]}"), "two", T1);
        assertThat(object.items("spec", "containers").stream().map(item -> item.text("name")))
                .containsExactly("a", "x", "c", "b");
    }

    @Test
    void updatesAreAccountedFor() {
        var live = applied(null, pod("{'nodeName':'n','priority':1}"), "one", T0);
        var edited = live.withAt(Json.of("m"), "spec", "nodeName").withoutAt("spec", "priority");
        var object = ManagedFields.update(POD, live, edited, new ManagedFields.Writer("edit", "Update", "", T1));
        assertThat(owned(object, "one")).isEqualTo("");
        assertThat(owned(object, "edit")).isEqualTo("[.spec.nodeName]");
        var again =
                ManagedFields.update(POD, object, object, new ManagedFields.Writer("edit", "Update", "", Instant.MAX));
        assertThat(again).isEqualTo(object);
    }

    @Test
    void onlySoManyUpdatersAreKept() {
        var object = ManagedFields.update(
                POD, null, pod("{'priority':0}"), new ManagedFields.Writer("m0", "Update", "", T0));
        for (int i = 1; i < 15; i++) {
            var changed = object.withAt(Json.of("v"), "metadata", "labels", "l" + i);
            object = ManagedFields.update(
                    POD, object, changed, new ManagedFields.Writer("m" + i, "Update", "", T0.plusSeconds(i)));
        }
        var entries = ManagedFields.entries(object);
        assertThat(entries).hasSize(ManagedFields.MAX_UPDATERS);
        assertThat(entries.getFirst().manager()).isEqualTo("ancient-changes");
        assertThat(entries.getFirst().fields().printed()).contains(".spec.priority", ".metadata.labels.l5");
    }

    /** Applying the same again changes nothing; applying nothing takes back all that nobody else wants. */
    @RepeatedTest(60)
    void applyIsIdempotentAndReversible(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var base = applied(null, pod(spec(random, "k")), "base", T0);
        var config = pod(spec(random, "l"));
        var once = ((Apply.Outcome.Applied) Apply.apply(POD, base, config, writer("one", T0), true)).object();
        assertThat(applied(once, config, "one", T1)).isEqualTo(once);
        for (var field : ManagedFields.entries(once))
            assertThat(field.fields().isEmpty()).isFalse();
        var gone = applied(once, pod("{}"), "one", T1);
        assertThat(owned(gone, "one")).isEqualTo("[.spec]");
        assertThat(gone.items("spec", "containers"))
                .allSatisfy(item -> assertThat(base.items("spec", "containers"))
                        .anySatisfy(old -> assertThat(item.text("name")).isEqualTo(old.text("name"))));
    }

    private static String spec(Random random, String prefix) {
        var containers = new ArrayList<String>();
        for (var name : List.of("a", "b", prefix)) {
            if (!random.nextBoolean()) continue;
            var env = random.nextBoolean() ? ",'env':[{'name':'E','value':'%d'}]".formatted(random.nextInt(3)) : "";
            containers.add("{'name':'%s','image':'i%d'%s}".formatted(name, random.nextInt(3), env));
        }
        var node = random.nextBoolean() ? ",'nodeSelector':{'n':'%d'}".formatted(random.nextInt(2)) : "";
        return "{'containers':[" + String.join(",", containers) + "]" + node + "}";
    }

    private static String owned(Json.Obj object, String manager) {
        return ManagedFields.entries(object).stream()
                .filter(entry -> entry.manager().equals(manager))
                .map(entry -> entry.fields().toString())
                .findFirst()
                .orElse("");
    }

    private static Json.Obj applied(Json.@Nullable Obj live, Json.Obj config, String manager, Instant time) {
        var outcome = Apply.apply(POD, live, config, writer(manager, time), false);
        assertThat(outcome).isInstanceOf(Apply.Outcome.Applied.class);
        return ((Apply.Outcome.Applied) outcome).object();
    }

    private static ManagedFields.Writer writer(String manager, Instant time) {
        return new ManagedFields.Writer(manager, "Update", "", time);
    }

    private static Json.Obj pod(String spec) {
        return (Json.Obj) json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default'},'spec':" + spec + "}");
    }

    private static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
