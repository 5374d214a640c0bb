package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.controllers.Revisions.Current;
import io.smarter.json.Json;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private final DaemonSet first = daemonSet("image:1");
    private final DaemonSet second = daemonSet("image:2");

    @Test
    void theFirstTemplateIsRevisionOne() {
        var made = missing(first, List.of());
        assertThat(made.number(0, "revision")).isEqualTo(1);
        assertThat(made.text("kind")).isEqualTo("ControllerRevision");
        assertThat(made.textOrEmpty("metadata", "name")).isEqualTo("sensor-" + Revisions.hash(made));
        assertThat(made.text("metadata", "labels", "app")).isEqualTo("sensor");
        assertThat(made.text("metadata", "annotations", "kubernetes.io/change-cause"))
                .isEqualTo("why");
        assertThat(Owners.controller(made)).isEqualTo("uid-1");
    }

    @Test
    void dataIsAPatchThatPutsTheTemplateBack() {
        var template = missing(first, List.of()).object("data", "spec", "template");
        assertThat(template.text("$patch")).isEqualTo("replace");
        assertThat(template.without("$patch").withoutAt("metadata", "creationTimestamp"))
                .isEqualTo(first.template());
    }

    @Test
    void dataHasTheBytesThatKubectlComparesItWith() {
        assertThat(missing(first, List.of()).object("data").compact())
                .startsWith(
                        "{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":{\"creationTimestamp\":null,\"labels\":"
                                + "{\"app\":\"sensor\"}},\"spec\":{\"containers\":[{\"image\":\"image:1\",\"name\":\"main\"}]");
    }

    @Test
    void revisionsOfBeforeStay() {
        var made = missing(first, List.of());
        var before =
                made.with("data", made.object("data").withoutAt("spec", "template", "metadata", "creationTimestamp"));
        assertThat(Revisions.current(first, List.of(before))).isEqualTo(new Current.Newest(before));
    }

    @Test
    void theSameTemplateIsTheSameRevision() {
        var made = missing(first, List.of());
        assertThat(Revisions.current(first, List.of(made))).isEqualTo(new Current.Newest(made));
    }

    @Test
    void anotherTemplateIsTheNextRevision() {
        var made = missing(second, List.of(missing(first, List.of())));
        assertThat(made.number(0, "revision")).isEqualTo(2);
    }

    @Test
    void anUndoneTemplateTakesTheNextNumber() {
        var one = missing(first, List.of());
        var two = missing(second, List.of(one));
        var again = Revisions.current(first, List.of(two, one));
        assertThat(again).isEqualTo(new Current.Again(one.with("revision", Json.of(3))));
    }

    @Test
    void hashesDifferWithTemplatesAndCollisionsNotWithOrder() {
        var one = Json.parse("{\"a\": 1, \"b\": {\"c\": 2, \"d\": 3}}");
        var same = Json.parse("{\"b\": {\"d\": 3, \"c\": 2}, \"a\": 1}");
        assertThat(Revisions.hash(one, 0)).isEqualTo(Revisions.hash(same, 0)).matches("[a-z0-9]{1,10}");
        assertThat(Revisions.hash(one, 0)).isNotEqualTo(Revisions.hash(one, 1));
        assertThat(Revisions.hash(first.template(), 0)).isNotEqualTo(Revisions.hash(second.template(), 0));
    }

    @Test
    void theOldestRevisionsGoUnlessPodsHaveThem() {
        var all = List.of(revision("d", 4), revision("a", 1), revision("c", 3), revision("b", 2));
        assertThat(Revisions.excess(all, "d", Set.of(), 3)).isEmpty();
        assertThat(Revisions.excess(all, "d", Set.of(), 1))
                .extracting(Revisions::hash)
                .containsExactly("a", "b");
        assertThat(Revisions.excess(all, "d", Set.of("a"), 1))
                .extracting(Revisions::hash)
                .containsExactly("b", "c");
        assertThat(Revisions.excess(all, "d", Set.of("a", "b", "c"), 0)).isEmpty();
    }

    private static Json.Obj missing(DaemonSet of, List<Json.Obj> revisions) {
        var current = Revisions.current(of, revisions);
        assertThat(current).isInstanceOf(Current.Missing.class);
        return ((Current.Missing) current).revision();
    }

    private static Json.Obj revision(String hash, int number) {
        var labels = Json.obj(DaemonPod.HASH_LABEL, hash);
        return Json.obj("metadata", Json.obj("labels", labels), "revision", number);
    }

    static DaemonSet daemonSet(String image) {
        return new DaemonSet((Json.Obj) Json.parse("""
                {"metadata": {"name": "sensor", "namespace": "farm", "uid": "uid-1", "generation": 7,
                    "annotations": {"kubernetes.io/change-cause": "why"}},
                 "spec": {"selector": {"matchLabels": {"app": "sensor"}},
                    "template": {"metadata": {"labels": {"app": "sensor"}},
                        "spec": {"containers": [{"name": "main", "image": "IMAGE"}],
                            "tolerations": [{"key": "smarter.type", "operator": "Exists"}]}}}}""".replace("IMAGE", image)));
    }
}
