package io.smarter.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PatchesTest {
    private static final Schema SCHEMA = Schema.load();
    private final SchemaKind pod = kind("", "Pod");
    private final SchemaKind deployment = kind("apps", "Deployment");

    static Stream<Arguments> jsonPatches() {
        return Stream.of(
                argumentSet("add member", "{'a':1}", "[{'op':'add','path':'/b','value':2}]", "{'a':1,'b':2}"),
                argumentSet("add replaces", "{'a':1}", "[{'op':'add','path':'/a','value':2}]", "{'a':2}"),
                argumentSet("add into list", "{'a':[1,3]}", "[{'op':'add','path':'/a/1','value':2}]", "{'a':[1,2,3]}"),
                argumentSet("append", "{'a':[1]}", "[{'op':'add','path':'/a/-','value':2}]", "{'a':[1,2]}"),
                argumentSet("escapes", "{'a/b':{'~c':1}}", "[{'op':'remove','path':'/a~1b/~0c'}]", "{'a/b':{}}"),
                argumentSet("~01 is ~1", "{'~1':1}", "[{'op':'remove','path':'/~01'}]", "{}"),
                argumentSet("remove item", "{'a':[1,2]}", "[{'op':'remove','path':'/a/0'}]", "{'a':[2]}"),
                argumentSet("replace", "{'a':[1]}", "[{'op':'replace','path':'/a/0','value':{}}]", "{'a':[{}]}"),
                argumentSet("move", "{'a':1}", "[{'op':'move','from':'/a','path':'/b'}]", "{'b':1}"),
                argumentSet("copy", "{'a':[1]}", "[{'op':'copy','from':'/a/0','path':'/a/-'}]", "{'a':[1,1]}"),
                argumentSet("test", "{'a':1.0}", "[{'op':'test','path':'/a','value':1}]", "{'a':1.0}"),
                argumentSet("test of nothing", "{}", "[{'op':'test','path':'/a','value':null}]", "{}"),
                argumentSet("whole", "{'a':1}", "[{'op':'replace','path':'','value':{'b':2}}]", "{'b':2}"));
    }

    @ParameterizedTest
    @MethodSource("jsonPatches")
    void jsonPatchOperates(String target, String patch, String expected) {
        assertThat(patched(Patches.json(pod, object(target), json(patch)))).isEqualTo(object(expected));
    }

    static Stream<Arguments> badJsonPatches() {
        return Stream.of(
                argumentSet("no list", "{'op':'add'}", 400, "error decoding patch: a JSON patch must be a list"),
                argumentSet("no path", "[{'op':'remove'}]", 400, "'path'"),
                argumentSet("no value", "[{'op':'add','path':'/a'}]", 400, "'value'"),
                argumentSet("unknown op", "[{'op':'put','path':'/a'}]", 400, "unsupported operation"),
                argumentSet("absent", "[{'op':'remove','path':'/x'}]", 422, "doc is missing path: \"/x\""),
                argumentSet("no parent", "[{'op':'add','path':'/x/y','value':1}]", 422, "missing path: \"/x/y\""),
                argumentSet("bad index", "[{'op':'add','path':'/l/01','value':1}]", 422, "proper array index"),
                argumentSet("beyond", "[{'op':'replace','path':'/l/7','value':1}]", 422, "invalid index: 7"),
                argumentSet("failed test", "[{'op':'test','path':'/a','value':2}]", 422, "testing value /a failed"),
                argumentSet("into itself", "[{'op':'move','from':'/o','path':'/o/p'}]", 422, "inside"),
                argumentSet("remove all", "[{'op':'remove','path':''}]", 422, "whole document"),
                argumentSet("no slash", "[{'op':'remove','path':'a'}]", 422, "must start with '/'"));
    }

    @ParameterizedTest
    @MethodSource("badJsonPatches")
    void jsonPatchSaysWhatIsWrong(String patch, int code, String message) {
        var rejected = (Patches.Outcome.Rejected) Patches.json(pod, object("{'a':1,'l':[1],'o':{}}"), json(patch));
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.why()).contains(message);
    }

    @Test
    void jsonPatchIsLimited() {
        var one = json("{'op':'add','path':'/a','value':1}");
        var many = Json.arr(IntStream.rangeClosed(0, PatchJson.MAX_OPERATIONS)
                .mapToObj(_ -> one)
                .toList());
        var rejected = (Patches.Outcome.Rejected) Patches.json(pod, Json.Obj.EMPTY, many);
        assertThat(rejected.code()).isEqualTo(413);
        assertThat(rejected.why()).endsWith("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    @Test
    void jsonPatchCannotDoubleItsTargetForEver() {
        var copy = json("{'op':'copy','from':'/a','path':'/a/-'}");
        var patch = Json.arr(IntStream.range(0, 64).mapToObj(_ -> copy).toList());
        var rejected = (Patches.Outcome.Rejected) Patches.json(pod, object("{'a':['0123456789']}"), patch);
        assertThat(rejected.why()).contains("copy operations add more than");
    }

    static Stream<Arguments> mergePatches() {
        return Stream.of(
                argumentSet("sets", "{'a':1}", "{'b':{'c':2}}", "{'a':1,'b':{'c':2}}"),
                argumentSet("removes", "{'a':1,'b':2}", "{'a':null}", "{'b':2}"),
                argumentSet("replaces lists", "{'a':[1,2]}", "{'a':[3]}", "{'a':[3]}"),
                argumentSet("drops nulls of new objects", "{}", "{'a':{'b':null}}", "{'a':{}}"),
                argumentSet("object over scalar", "{'a':1}", "{'a':{'b':2}}", "{'a':{'b':2}}"));
    }

    @ParameterizedTest
    @MethodSource("mergePatches")
    void mergePatchMerges(String target, String patch, String expected) {
        assertThat(patched(Patches.merge(pod, object(target), json(patch)))).isEqualTo(object(expected));
    }

    static Stream<Arguments> strategicPatches() {
        return Stream.of(
                argumentSet(
                        "merges by key",
                        "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}}",
                        "{'spec':{'containers':[{'name':'b','image':'z'}]}}",
                        "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'z'}]}}"),
                argumentSet(
                        "new items come first",
                        "{'spec':{'containers':[{'name':'a'}]}}",
                        "{'spec':{'containers':[{'name':'n','image':'i'}]}}",
                        "{'spec':{'containers':[{'name':'n','image':'i'},{'name':'a'}]}}"),
                argumentSet(
                        "$patch delete of an item",
                        "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
                        "{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}",
                        "{'spec':{'containers':[{'name':'b'}]}}"),
                argumentSet(
                        "$patch replace of a list",
                        "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
                        "{'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}}",
                        "{'spec':{'containers':[{'name':'c'}]}}"),
                argumentSet(
                        "$patch replace of an object",
                        "{'metadata':{'labels':{'a':'1'}}}",
                        "{'metadata':{'labels':{'$patch':'replace','b':'2'}}}",
                        "{'metadata':{'labels':{'b':'2'}}}"),
                argumentSet(
                        "$patch delete of an object",
                        "{'metadata':{'labels':{'a':'1'}}}",
                        "{'metadata':{'labels':{'$patch':'delete'}}}",
                        "{'metadata':{'labels':{}}}"),
                argumentSet(
                        "$patch merge is the default",
                        "{'metadata':{'labels':{'a':'1'}}}",
                        "{'metadata':{'labels':{'$patch':'merge','b':'2'}}}",
                        "{'metadata':{'labels':{'a':'1','b':'2'}}}"),
                argumentSet(
                        "null removes",
                        "{'spec':{'nodeName':'n','priority':1}}",
                        "{'spec':{'nodeName':null,'hostname':null}}",
                        "{'spec':{'priority':1}}"),
                argumentSet(
                        "atomic lists are replaced",
                        "{'spec':{'tolerations':[{'key':'a'}]}}",
                        "{'spec':{'tolerations':[{'key':'b'}]}}",
                        "{'spec':{'tolerations':[{'key':'b'}]}}"),
                argumentSet(
                        "lists of scalars are united",
                        "{'metadata':{'finalizers':['a','b']}}",
                        "{'metadata':{'finalizers':['c','b']}}",
                        "{'metadata':{'finalizers':['c','a','b']}}"),
                argumentSet(
                        "$deleteFromPrimitiveList",
                        "{'metadata':{'finalizers':['a','b']}}",
                        "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}}",
                        "{'metadata':{'finalizers':['b']}}"),
                argumentSet(
                        "$setElementOrder of scalars",
                        "{'metadata':{'finalizers':['a','b','x']}}",
                        "{'metadata':{'$setElementOrder/finalizers':['b','a']}}",
                        "{'metadata':{'finalizers':['b','a','x']}}"),
                argumentSet(
                        "$setElementOrder of objects",
                        "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
                        "{'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'b'},{'name':'a'}],"
                                + "'containers':[{'name':'c'}]}}",
                        "{'spec':{'containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}}"),
                argumentSet(
                        "$retainKeys clears the union",
                        "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
                        "{'spec':{'volumes':[{'$retainKeys':['name','hostPath'],'name':'v','hostPath':{'path':'/'}}]}}",
                        "{'spec':{'volumes':[{'name':'v','hostPath':{'path':'/'}}]}}"),
                argumentSet(
                        "directives in what is new",
                        "{}",
                        "{'spec':{'containers':[{'name':'a','$patch':'delete'},{'name':'b','env':null}]}}",
                        "{'spec':{'containers':[{'name':'b'}]}}"),
                argumentSet(
                        "two items of one key",
                        "{'spec':{'containers':[{'name':'a','env':[{'name':'E','value':'1'}]}]}}",
                        "{'spec':{'containers':[{'name':'a','env':[{'name':'F','value':'2'}]}]}}",
                        "{'spec':{'containers':[{'name':'a','env':[{'name':'F','value':'2'},{'name':'E','value':'1'}]}]}}"));
    }

    @ParameterizedTest
    @MethodSource("strategicPatches")
    void strategicPatchFollowsTheSchema(String target, String patch, String expected) {
        assertThat(patched(Patches.strategic(pod, object(target), json(patch)))).isEqualTo(object(expected));
    }

    static Stream<Arguments> badStrategicPatches() {
        return Stream.of(
                argumentSet("no object", "[]", 400, "must be a JSON object"),
                argumentSet("unknown directive", "{'metadata':{'$patch':'x'}}", 400, "Unknown patch type: 'x'"),
                argumentSet("no key", "{'spec':{'containers':[{'image':'x'}]}}", 422, "declared merge key: name"),
                argumentSet("mixed", "{'spec':{'containers':[{'name':'x'},1]}}", 422, "not identical"),
                argumentSet(
                        "order",
                        "{'metadata':{'$setElementOrder/finalizers':['a','b'],'finalizers':['b','a']}}",
                        400,
                        "doesn't match $setElementOrder list"),
                argumentSet("retain", "{'spec':{'$retainKeys':['a'],'b':1}}", 400, "does not contain 'b'"));
    }

    @ParameterizedTest
    @MethodSource("badStrategicPatches")
    void strategicPatchSaysWhatIsWrong(String patch, int code, String message) {
        var rejected = (Patches.Outcome.Rejected) Patches.strategic(pod, Json.Obj.EMPTY, json(patch));
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.why()).contains(message);
    }

    @Test
    void strategicPatchReplacesAnObjectWhoseStrategyIsRetainKeys() {
        var target = object("{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}");
        var patch = json("{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}");
        assertThat(patched(Patches.strategic(deployment, target, patch)))
                .isEqualTo(object("{'spec':{'strategy':{'type':'Recreate'}}}"));
    }

    @Test
    void strategicPatchNeedsASchema() {
        var rejected = (Patches.Outcome.Rejected)
                Patches.strategic(SchemaKind.untyped("example.org", "v1", "Thing"), Json.Obj.EMPTY, Json.Obj.EMPTY);
        assertThat(rejected.code()).isEqualTo(415);
    }

    private static Json.Obj patched(Patches.Outcome outcome) {
        assertThat(outcome).isInstanceOf(Patches.Outcome.Patched.class);
        return ((Patches.Outcome.Patched) outcome).object();
    }

    private static SchemaKind kind(String group, String kind) {
        return Objects.requireNonNull(SCHEMA.kind(group, "v1", kind));
    }

    private static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    private static Json.Obj object(String text) {
        return (Json.Obj) json(text);
    }
}
