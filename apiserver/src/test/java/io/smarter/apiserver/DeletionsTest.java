package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";
    private static final String NOW = "{\"gracePeriodSeconds\":0}";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void whatNothingHoldsIsGoneAtOnce() {
        var made = api.create(MAPS, TestApi.configMap("a"));
        var deleted = api.ask("DELETE", MAPS + "/a", "").json();
        assertThat(deleted.text("status")).isEqualTo("Success");
        assertThat(deleted.text("details", "uid")).isEqualTo(made.text("metadata", "uid"));
        assertThat(api.get(MAPS + "/a").status).isEqualTo(404);
        assertThat(api.ask("DELETE", MAPS + "/a", "").status).isEqualTo(404);
    }

    @Test
    void podOnANodeEndsInItsTimeAndIsGoneWhenTheNodeSaysSo() {
        api.create(PODS, TestApi.pod("p", "cam1"));
        var ending = api.ask("DELETE", PODS + "/p", "").json();
        assertThat(ending.text("kind")).isEqualTo("Pod");
        assertThat(ending.number(-1, "metadata", "deletionGracePeriodSeconds")).isEqualTo(30);
        assertThat(ending.text("metadata", "deletionTimestamp")).isNotNull();
        var longer =
                api.ask("DELETE", PODS + "/p", "{\"gracePeriodSeconds\":100}").json();
        assertThat(longer.number(-1, "metadata", "deletionGracePeriodSeconds")).isEqualTo(30);
        var shorter =
                api.ask("DELETE", PODS + "/p", "{\"gracePeriodSeconds\":5}").json();
        assertThat(shorter.number(-1, "metadata", "deletionGracePeriodSeconds")).isEqualTo(5);
        assertThat(api.get(PODS + "/p").status).isEqualTo(200);
        api.ask("DELETE", PODS + "/p", NOW);
        assertThat(api.get(PODS + "/p").status).isEqualTo(404);
    }

    @Test
    void podWithoutNodeOrWithAnEndIsGoneAtOnce() {
        api.create(PODS, TestApi.pod("free", ""));
        api.ask("DELETE", PODS + "/free", "");
        assertThat(api.get(PODS + "/free").status).isEqualTo(404);
        api.create(PODS, TestApi.pod("done", "cam1"));
        api.ask("PATCH", PODS + "/done/status", "{\"status\":{\"phase\":\"Succeeded\"}}", MERGE_PATCH);
        api.ask("DELETE", PODS + "/done", "");
        assertThat(api.get(PODS + "/done").status).isEqualTo(404);
    }

    @Test
    void finalizersHoldAnObjectUntilTheLastIsTakenAway() {
        api.create(MAPS, "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x.io/a\",\"x.io/b\"]}}");
        var held = api.ask("DELETE", MAPS + "/a", "").json();
        assertThat(held.text("metadata", "deletionTimestamp")).isNotNull();
        api.ask("PATCH", MAPS + "/a", "{\"metadata\":{\"finalizers\":[\"x.io/b\"]}}", MERGE_PATCH);
        assertThat(api.get(MAPS + "/a").status).isEqualTo(200);
        api.ask("PATCH", MAPS + "/a", "{\"metadata\":{\"finalizers\":null}}", MERGE_PATCH);
        assertThat(api.get(MAPS + "/a").status).isEqualTo(404);
    }

    @Test
    void podIsHeldByItsFinalizersAfterItsEnd() {
        var pod = (Json.Obj) Json.parse(TestApi.pod("p", "cam1"));
        api.create(
                PODS, pod.withAt(Json.arr("x.io/a"), "metadata", "finalizers").compact());
        api.ask("DELETE", PODS + "/p", NOW);
        assertThat(api.get(PODS + "/p").status).isEqualTo(200);
        api.ask("PATCH", PODS + "/p", "{\"metadata\":{\"finalizers\":null}}", MERGE_PATCH);
        assertThat(api.get(PODS + "/p").status).isEqualTo(404);
    }

    @Test
    void whatBecomesOfDependentsIsAskedOfTheCollector() {
        api.create(SETS, TestApi.daemonSet("a"));
        var foreground = api.ask("DELETE", SETS + "/a", "{\"propagationPolicy\":\"Foreground\"}")
                .json();
        assertThat(foreground.items("metadata", "finalizers")).containsExactly(Json.of("foregroundDeletion"));
        api.create(SETS, TestApi.daemonSet("b"));
        var orphan =
                api.ask("DELETE", SETS + "/b", "{\"orphanDependents\":true}").json();
        assertThat(orphan.items("metadata", "finalizers")).containsExactly(Json.of("orphan"));
        api.create(SETS, TestApi.daemonSet("c"));
        api.ask("DELETE", SETS + "/c?propagationPolicy=Background", "");
        assertThat(api.get(SETS + "/c").status).isEqualTo(404);
    }

    @Test
    void aTypeSaysWhatBecomesOfDependentsWhenNobodyElseDoes() {
        var jobs = "/apis/batch/v1/namespaces/default/jobs";
        api.create(
                jobs,
                "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\","
                        + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}");
        var orphaning = api.ask("DELETE", jobs + "/a", "").json();
        assertThat(orphaning.items("metadata", "finalizers")).containsExactly(Json.of("orphan"));
        api.ask("DELETE", jobs + "/a?propagationPolicy=Background", "");
        assertThat(api.get(jobs + "/a").status).isEqualTo(404);
        api.create(MAPS, TestApi.configMap("a"));
        api.ask("DELETE", MAPS + "/a", "");
        assertThat(api.get(MAPS + "/a").status).isEqualTo(404);
    }

    @Test
    void aPolicyIsSaidOnce() {
        api.create(MAPS, TestApi.configMap("a"));
        var body = "{\"propagationPolicy\":\"Orphan\",\"orphanDependents\":true}";
        assertThat(api.ask("DELETE", MAPS + "/a", body).status).isEqualTo(422);
        assertThat(api.ask("DELETE", MAPS + "/a?propagationPolicy=Orphan&orphanDependents=true", "").status)
                .isEqualTo(422);
    }

    @Test
    void nothingNewHoldsWhatIsToGo() {
        api.create(MAPS, "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x.io/a\"]}}");
        api.ask("DELETE", MAPS + "/a", "");
        var held =
                api.ask("PATCH", MAPS + "/a", "{\"metadata\":{\"finalizers\":[\"x.io/a\",\"x.io/b\"]}}", MERGE_PATCH);
        assertThat(held.status).isEqualTo(422);
        assertThat(held.json().textOrEmpty("message"))
                .endsWith("metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
                        + "deleted, found new finalizers []string{\"x.io/b\"}");
    }

    @Test
    void evictionEndsAPodAsDeletionDoes() {
        api.create(PODS, TestApi.pod("p", "cam1"));
        var eviction = "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"%s\"},%s}";
        var path = PODS + "/p/eviction";
        var wrong = eviction.formatted("p", "\"deleteOptions\":{\"preconditions\":{\"uid\":\"x\"}}");
        assertThat(api.ask("POST", path, wrong).status).isEqualTo(409);
        assertThat(api.ask("POST", path, eviction.formatted("q", "\"deleteOptions\":{}")).status)
                .isEqualTo(400);
        assertThat(api.ask("POST", path, TestApi.configMap("p")).status).isEqualTo(400);
        var dry = eviction.formatted("p", "\"deleteOptions\":{\"dryRun\":[\"All\"]}");
        assertThat(api.ask("POST", path, dry.replace("policy/v1", "policy/v1beta1")).status)
                .isEqualTo(201);
        assertThat(api.ask("POST", path, dry).status).isEqualTo(201);
        assertThat(api.get(PODS + "/p").json().text("metadata", "deletionTimestamp"))
                .isNull();
        var answer = api.ask("POST", path, eviction.formatted("p", "\"deleteOptions\":{\"gracePeriodSeconds\":7}"));
        assertThat(answer.status).isEqualTo(201);
        assertThat(answer.json().text("status")).isEqualTo("Success");
        assertThat(api.get(PODS + "/p").json().number(0, "metadata", "deletionGracePeriodSeconds"))
                .isEqualTo(7);
        assertThat(api.ask("POST", PODS + "/none/eviction", eviction.formatted("none", "\"deleteOptions\":{}")).status)
                .isEqualTo(404);
    }

    @Test
    void deletionOfAnotherObjectOrStateIsRefused() {
        api.create(MAPS, TestApi.configMap("a"));
        var uid = api.ask("DELETE", MAPS + "/a", "{\"preconditions\":{\"uid\":\"x\"}}");
        assertThat(uid.status).isEqualTo(409);
        assertThat(uid.json().textOrEmpty("message")).contains("the UID in the precondition (x) does not match");
        assertThat(api.ask("DELETE", MAPS + "/a", "{\"preconditions\":{\"resourceVersion\":\"1\"}}").status)
                .isEqualTo(409);
        assertThat(api.ask("DELETE", MAPS + "/a", "{\"kind\":\"Pod\"}").status).isEqualTo(400);
    }

    @Test
    void namespaceEndsWhenItsLastFinalizerIsTakenAway() {
        api.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"farm\"}}");
        var maps = "/api/v1/namespaces/farm/configmaps";
        api.create(maps, TestApi.configMap("a"));
        var ending = api.ask("DELETE", "/api/v1/namespaces/farm", "").json();
        assertThat(ending.text("status", "phase")).isEqualTo("Terminating");
        assertThat(ending.items("spec", "finalizers")).containsExactly(Json.of("kubernetes"));
        var refused = api.ask("POST", maps, TestApi.configMap("b"));
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().items("details", "causes").getFirst().text("reason"))
                .isEqualTo("NamespaceTerminating");
        var emptied = ending.withAt(Json.arr(), "spec", "finalizers");
        assertThat(api.ask("PUT", "/api/v1/namespaces/farm/finalize", emptied.compact()).status)
                .isEqualTo(200);
        assertThat(api.get("/api/v1/namespaces/farm").status).isEqualTo(404);
    }

    @Test
    void namespacesThatOthersRelyOnStay() {
        for (var name : new String[] {"default", "kube-system", "kube-public", "kube-node-lease"})
            assertThat(api.ask("DELETE", "/api/v1/namespaces/" + name, "").status)
                    .as(name)
                    .isEqualTo(403);
    }

    @Test
    void namespaceKeepsItsFinalizersWhateverIsWritten() {
        var made = api.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"farm\"}}");
        assertThat(made.text("metadata", "labels", "kubernetes.io/metadata.name"))
                .isEqualTo("farm");
        var written = api.ask("PUT", "/api/v1/namespaces/farm", "{\"metadata\":{\"name\":\"farm\"},\"spec\":{}}")
                .json();
        assertThat(written.items("spec", "finalizers")).containsExactly(Json.of("kubernetes"));
        assertThat(written.text("metadata", "labels", "kubernetes.io/metadata.name"))
                .isEqualTo("farm");
    }

    @Test
    void manyAreDeletedByASelection() {
        for (var name : new String[] {"a", "b", "c"})
            api.create(MAPS, "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"n\":\"%s\"}}}".formatted(name, name));
        var deleted =
                api.ask("DELETE", MAPS + "?labelSelector=n%20in%20(a,b)", "").json();
        assertThat(deleted.items("items")).hasSize(2);
        assertThat(api.get(MAPS).json().items("items")).hasSize(1);
    }
}
