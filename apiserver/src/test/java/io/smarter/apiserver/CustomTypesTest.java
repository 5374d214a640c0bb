package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.types.CustomDefinition;
import io.smarter.types.DefinitionNames;
import io.smarter.types.Types;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Types that clients define: how they come, what they do, how they go. */
@Timeout(60)
final class CustomTypesTest {
    private static final String WIDGETS = "/apis/shop.example.com/v1/namespaces/default/widgets";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void definitionIsEstablishedAndServed() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        assertThat(api.get("/apis").json().compact()).contains("\"shop.example.com\"");
        var made = api.create(WIDGETS, widget("one", "{\"size\":3}"));
        assertThat(made.textOrEmpty("apiVersion")).isEqualTo("shop.example.com/v1");
        assertThat(api.get(WIDGETS).json().items("items")).hasSize(1);
    }

    @Test
    void namesThatAnotherDefinitionHasAreNotAccepted() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        var other = TestDefinitions.widgets()
                .withAt(Json.of("gadgets.shop.example.com"), "metadata", "name")
                .withAt(Json.of("gadgets"), "spec", "names", "plural")
                .withAt(Json.of("gadget"), "spec", "names", "singular");
        api.create(TestDefinitions.PATH, other.compact());
        var condition = TestDefinitions.condition(api, "gadgets.shop.example.com", "NamesAccepted", "False");
        assertThat(condition.textOrEmpty("reason")).isEqualTo("ListKindConflict");
        assertThat(condition.textOrEmpty("message")).isEqualTo("\"WidgetList\" is already in use");
        api.ask("DELETE", TestDefinitions.PATH + "/widgets.shop.example.com", "");
        TestDefinitions.condition(api, "gadgets.shop.example.com", "Established", "True");
    }

    @Test
    void namesThatABuiltInTypeHasAreNotAccepted() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        var name = "customresourcedefinitions.apiextensions.k8s.io";
        var other = TestDefinitions.widgets()
                .withAt(Json.of(name), "metadata", "name")
                .withAt(Json.of("https://example.com"), "metadata", "annotations", "api-approved.kubernetes.io")
                .withAt(Json.of("apiextensions.k8s.io"), "spec", "group")
                .withAt(Json.of("customresourcedefinitions"), "spec", "names", "plural");
        api.create(TestDefinitions.PATH, other.compact());
        var condition = TestDefinitions.condition(api, name, "NamesAccepted", "False");
        assertThat(condition.textOrEmpty("reason")).isEqualTo("PluralConflict");
        api.ask("DELETE", TestDefinitions.PATH + "/" + name, "");
        TestDefinitions.await(() -> api.get(TestDefinitions.PATH + "/" + name).status == 404);
        assertThat(api.get(TestDefinitions.PATH).json().items("items")).hasSize(1);
    }

    /** A request may have come long before its body. */
    @Test
    void nothingIsMadeOfATypeThatHasGone() {
        var types = new Types(Schema.load());
        var named = TestDefinitions.widgets().withAt(Json.of("WidgetList"), "spec", "names", "listKind");
        var established = DefinitionNames.decided(named, List.of(), types.builtIn(), "2026-01-01T00:00:00Z");
        var widgets = CustomDefinition.of(established, null, Schema.load(), new Conversions())
                .types();
        types.custom(widgets);
        var type = widgets.getFirst();
        assertThat(types.making(type, () -> "made")).isEqualTo("made");
        types.custom(List.of());
        assertThatThrownBy(() -> types.making(type, () -> "made")).isInstanceOf(StatusException.class);
    }

    /** What is told of Events does not hold for others of their name. */
    @Test
    void typesOfANameThatWeHaveTooOwnOthers() throws Exception {
        var events = TestDefinitions.widgets()
                .withAt(Json.of("events.shop.example.com"), "metadata", "name")
                .withAt(Json.of("events"), "spec", "names", "plural");
        TestDefinitions.define(api, events);
        var path = "/apis/shop.example.com/v1/namespaces/default/events";
        api.create(path, widget("one", "{}"));
        api.ask("DELETE", path + "/one?propagationPolicy=Foreground", "");
        assertThat(api.get(path + "/one").json().items("metadata", "finalizers"))
                .containsExactly(Json.of("foregroundDeletion"));
    }

    @Test
    void deletionTakesInstancesAndPathsAlong() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        api.create(WIDGETS, widget("one", "{}"));
        api.create(WIDGETS, widget("held", "{}").replace("\"name\"", "\"finalizers\":[\"a.b/c\"],\"name\""));
        try (var watch = api.watch(WIDGETS + "?watch=1")) {
            assertThat(watch.next()).isEqualTo("ADDED held");
            assertThat(watch.next()).isEqualTo("ADDED one");
            api.ask("DELETE", TestDefinitions.PATH + "/widgets.shop.example.com", "");
            TestDefinitions.condition(api, "widgets.shop.example.com", "Terminating", "True");
            assertThat(api.ask("POST", WIDGETS, widget("late", "{}")).status).isEqualTo(405);
            var release = "{\"metadata\":{\"finalizers\":null}}";
            TestDefinitions.await(() -> api.get(WIDGETS).json().items("items").size() == 1);
            api.ask("PATCH", WIDGETS + "/held", release, TestApi.MERGE_PATCH);
        }
        TestDefinitions.await(() -> api.get(WIDGETS).status == 404);
        assertThat(api.get(TestDefinitions.PATH).json().items("items")).isEmpty();
        assertThat(api.get("/apis").json().compact()).doesNotContain("shop.example.com");
    }

    @Test
    void typesAreThereAfterARestart() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        api.create(WIDGETS, widget("one", "{}"));
        api.restart();
        assertThat(api.get(WIDGETS + "/one").status).isEqualTo(200);
    }

    @Test
    void watchEndsWhenItsTypeGoes() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        var watch = api.watch(WIDGETS + "?watch=1");
        api.ask("DELETE", TestDefinitions.PATH + "/widgets.shop.example.com", "");
        watch.thread().join();
        TestDefinitions.await(() -> api.get(WIDGETS).status == 404);
    }

    static String widget(String name, String spec) {
        return """
                {"apiVersion":"shop.example.com/v1","kind":"Widget","metadata":{"name":"%s"},"spec":%s}""".formatted(name, spec);
    }
}
