package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static io.smarter.apiserver.TestApi.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import io.smarter.schema.Schema;
import io.smarter.storage.Continuation;
import io.smarter.store.StoreOptions;
import io.smarter.types.Types;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadVerbsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder, StoreOptions.DEFAULT.withKeep(Duration.ofHours(1), 10_000));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private List<String> names(Json.Obj list) {
        return list.items("items").stream()
                .map(item -> item.textOrEmpty("metadata", "name"))
                .toList();
    }

    static Stream<Arguments> selections() {
        return Stream.of(
                argumentSet("all", "", List.of("a", "b", "c")),
                argumentSet("by label", "?labelSelector=app%3Da", List.of("a")),
                argumentSet("by labels", "?labelSelector=app%20in%20(a,c),app!%3Dc", List.of("a")),
                argumentSet("by name", "?fieldSelector=metadata.name%3Db", List.of("b")),
                argumentSet("by another name", "?fieldSelector=metadata.name%3Dx", List.of()),
                argumentSet("by name and label", "?fieldSelector=metadata.name%3Db&labelSelector=app%3Da", List.of()),
                argumentSet("by node", "?fieldSelector=spec.nodeName%3Dcam1", List.of("a", "b")),
                argumentSet("not by node", "?fieldSelector=spec.nodeName!%3Dcam1", List.of("c")),
                argumentSet("by phase", "?fieldSelector=status.phase%3DRunning", List.of("b")),
                argumentSet("by namespace", "?fieldSelector=metadata.namespace%3Dother", List.of()),
                argumentSet("by network", "?fieldSelector=spec.hostNetwork%3Dfalse", List.of("a", "b", "c")));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void listsAreOfWhatTheSelectionChooses(String query, List<String> names) {
        api.create(PODS, TestApi.pod("a", "cam1"));
        api.create(PODS, TestApi.pod("b", "cam1"));
        api.create(PODS, TestApi.pod("c", "cam2"));
        api.ask("PATCH", PODS + "/b/status", "{\"status\":{\"phase\":\"Running\"}}", MERGE_PATCH);
        assertThat(names(api.get(PODS + query).json())).isEqualTo(names);
        assertThat(names(api.get("/api/v1/pods" + query).json())).isEqualTo(names);
    }

    @Test
    void pagesShowOneStateAndSayHowMuchFollows() {
        for (int i = 0; i < 7; i++) api.create(MAPS, TestApi.configMap("m" + i));
        var names = new ArrayList<String>();
        var page = api.get(MAPS + "?limit=3").json();
        var revision = page.text("metadata", "resourceVersion");
        assertThat(page.number(-1, "metadata", "remainingItemCount")).isEqualTo(4);
        names.addAll(names(page));
        api.create(MAPS, TestApi.configMap("m55"));
        while (page.text("metadata", "continue") != null) {
            page = api.get(MAPS + "?limit=3&continue=" + page.text("metadata", "continue"))
                    .json();
            assertThat(page.text("metadata", "resourceVersion")).isEqualTo(revision);
            names.addAll(names(page));
        }
        assertThat(names).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
    }

    @Test
    void selectedPagesAreFull() {
        for (int i = 0; i < 30; i++)
            api.create(
                    MAPS, "{\"metadata\":{\"name\":\"m%02d\",\"labels\":{\"even\":\"%s\"}}}".formatted(i, i % 2 == 0));
        var page = api.get(MAPS + "?limit=10&labelSelector=even%3Dtrue").json();
        assertThat(names(page)).hasSize(10);
        var rest = api.get(MAPS + "?labelSelector=even%3Dtrue&continue=" + page.text("metadata", "continue"))
                .json();
        assertThat(names(rest)).hasSize(5);
        var one = MAPS + "?limit=1&labelSelector=even%3Dtrue";
        var shown = new ArrayList<String>();
        var next = "";
        do {
            page = api.get(one + next).json();
            shown.addAll(names(page));
            next = "&continue=" + page.text("metadata", "continue");
        } while (page.text("metadata", "continue") != null);
        assertThat(shown).hasSize(15).doesNotHaveDuplicates();
    }

    @Test
    void pastStatesAreShownUntilTheyAreForgotten() {
        var first = api.create(MAPS, TestApi.configMap("a", "x", "1"));
        var revision = first.text("metadata", "resourceVersion");
        api.ask("PATCH", MAPS + "/a", "{\"data\":{\"x\":\"2\"}}", MERGE_PATCH);
        var query = MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + revision;
        assertThat(api.get(query).json().items("items").getFirst().text("data", "x"))
                .isEqualTo("1");
        var newer = api.get(MAPS + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + revision)
                .json();
        assertThat(newer.items("items").getFirst().text("data", "x")).isEqualTo("2");
        api.store.compact(api.store.revision());
        var gone = api.get(query);
        assertThat(gone.status).isEqualTo(410);
        assertThat(gone.json().text("reason")).isEqualTo("Expired");
    }

    /** The first pages are of a state that is gone: the rest can only be of another. */
    @Test
    void pagesOfAForgottenStateGoOnWithTheStateOfNow() {
        for (int i = 0; i < 3; i++) api.create(MAPS, TestApi.configMap("m" + i));
        var next = api.get(MAPS + "?limit=1").json().text("metadata", "continue");
        api.create(MAPS, TestApi.configMap("m9"));
        api.store.compact(api.store.revision());
        var refused = api.get(MAPS + "?limit=1&continue=" + next);
        assertThat(refused.status).isEqualTo(410);
        assertThat(refused.json().text("reason")).isEqualTo("Expired");
        var rest = api.get(MAPS + "?limit=2&continue=" + refused.json().text("metadata", "continue"))
                .json();
        assertThat(names(rest)).containsExactly("m1", "m2");
        var last =
                api.get(MAPS + "?continue=" + rest.text("metadata", "continue")).json();
        assertThat(names(last)).containsExactly("m9");
        assertThat(last.text("metadata", "resourceVersion")).isEqualTo(rest.text("metadata", "resourceVersion"));
    }

    @Test
    void whoPrefersYamlIsAnsweredInYaml() {
        api.create(MAPS, TestApi.configMap("a", "x", "yes"));
        var yaml = api.as(api.admin(), "GET", MAPS + "/a", "", Headers.of("accept", "application/yaml"));
        assertThat(yaml.answerHeaders.first("content-type")).isEqualTo("application/yaml");
        assertThat(Yaml.parse(yaml.answer)).isEqualTo(api.get(MAPS + "/a").json());
        var both = Headers.of("accept", "application/json, application/yaml");
        assertThat(api.as(api.admin(), "GET", MAPS + "/a", "", both).json().text("data", "x"))
                .isEqualTo("yes");
        var watch = api.as(
                api.admin(), "GET", MAPS + "?watch=1&timeoutSeconds=1", "", Headers.of("accept", "application/yaml"));
        assertThat(watch.status).as("a stream").isEqualTo(406);
    }

    /** As after the store was set back to a copy of it. */
    @Test
    void continuationIsRefusedWhenItsStateIsYetToCome() {
        var next = new Continuation(1_000_000, "default/a").text();
        var refused = api.get(MAPS + "?limit=1&continue=" + next);
        assertThat(refused.status).isEqualTo(504);
        assertThat(refused.json().textOrEmpty("message")).contains("Too large resource version: 1000000");
    }

    @Test
    void tablesShowWhatKubectlShows() {
        api.create(PODS, TestApi.pod("a", "cam1"));
        var table = api.as(api.admin(), "GET", PODS, "", Headers.of("accept", TABLE))
                .json();
        assertThat(table.text("kind")).isEqualTo("Table");
        assertThat(table.items("columnDefinitions").stream().map(column -> column.textOrEmpty("name")))
                .startsWith("Name", "Ready", "Status", "Restarts", "Age", "IP", "Node");
        var row = table.items("rows").getFirst();
        assertThat(row.items("cells").subList(0, 4))
                .containsExactly(Json.of("a"), Json.of("0/1"), Json.of("Pending"), Json.of("0"));
        assertThat(row.text("object", "kind")).isEqualTo("PartialObjectMetadata");
        var whole = api.as(api.admin(), "GET", PODS + "?includeObject=Object", "", Headers.of("accept", TABLE))
                .json();
        assertThat(whole.items("rows").getFirst().text("object", "spec", "nodeName"))
                .isEqualTo("cam1");
        var none = api.as(api.admin(), "GET", PODS + "/a?includeObject=None", "", Headers.of("accept", TABLE))
                .json();
        assertThat(none.items("rows").getFirst().at("object")).isNull();
    }

    @Test
    void metadataAloneIsShownToWhoWantsNoMore() {
        api.create(MAPS, TestApi.configMap("a", "x", "1"));
        var accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
        var list = api.as(api.admin(), "GET", MAPS, "", Headers.of("accept", accept))
                .json();
        assertThat(list.text("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(list.items("items").getFirst().text("metadata", "name")).isEqualTo("a");
        assertThat(list.items("items").getFirst().at("data")).isNull();
    }

    @Test
    void everyTypeHasATable() {
        for (var type : new Types(Schema.load()).all()) {
            if (type.folder().isEmpty()) continue;
            var path = type.resource().path();
            var table = api.as(api.admin(), "GET", path, "", Headers.of("accept", TABLE))
                    .json();
            assertThat(table.items("columnDefinitions")).as(path).hasSizeGreaterThan(1);
        }
    }
}
