package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.Form;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaProtobuf;
import io.smarter.schema.SchemaWire;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProtobufAnswersTest {
    private static final Schema SCHEMA = Schema.load();
    private static final String ONLY = SchemaProtobuf.MEDIA_TYPE;
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WIDGETS = "/apis/shop.example.com/v1/namespaces/default/widgets";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private FakeExchange accepting(String accept, String method, String target, String body) {
        var headers = Headers.of("content-type", "application/json", "accept", accept);
        return api.as(api.admin(), method, target, body, headers);
    }

    private static Json.Obj decoded(String group, String version, String kind, byte[] body) {
        var known = SCHEMA.kind(group, version, kind);
        return SchemaProtobuf.decode(Objects.requireNonNull(known), body);
    }

    @Test
    void everyVerbAnswersInProtobuf() {
        var made = accepting(ONLY, "POST", MAPS, TestApi.configMap("a", "k", "v"));
        assertThat(made.status).isEqualTo(201);
        assertThat(made.answerHeaders.first("content-type")).isEqualTo(ONLY);
        assertThat(decoded("", "v1", "ConfigMap", made.answer).text("data", "k"))
                .isEqualTo("v");
        var list = decoded("", "v1", "ConfigMapList", accepting(ONLY, "GET", MAPS + "?limit=1", "").answer);
        assertThat(list.textOrEmpty("kind")).isEqualTo("ConfigMapList");
        assertThat(list.textOrEmpty("metadata", "resourceVersion")).isNotEmpty();
        assertThat(list.items("items")).hasSize(1);
        var gone = accepting(ONLY, "DELETE", MAPS + "/a", "");
        assertThat(decoded("", "v1", "Status", gone.answer).textOrEmpty("details", "name"))
                .isEqualTo("a");
        var missing = accepting(ONLY, "GET", MAPS + "/a", "");
        assertThat(missing.status).isEqualTo(404);
        var status = decoded("", "v1", "Status", missing.answer);
        assertThat(status.textOrEmpty("message")).isEqualTo("configmaps \"a\" not found");
        assertThat(status.number(0, "code")).isEqualTo(404);
    }

    @Test
    void metadataAloneIsThereOfCustomTypesToo() throws InterruptedException {
        custom();
        var answer = accepting(
                ONLY + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json", "GET", WIDGETS, "");
        assertThat(answer.answerHeaders.first("content-type")).isEqualTo(ONLY);
        var list = decoded("", "v1", "PartialObjectMetadataList", answer.answer);
        assertThat(list.textOrEmpty("apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(list.items("items").getFirst().textOrEmpty("metadata", "name"))
                .isEqualTo("one");
    }

    private void custom() throws InterruptedException {
        TestDefinitions.define(api, TestDefinitions.widgets());
        api.create(
                WIDGETS,
                Json.obj("apiVersion", "shop.example.com/v1", "kind", "Widget", "metadata", Json.obj("name", "one"))
                        .compact());
    }

    static Stream<Arguments> accepts() {
        return Stream.of(
                argumentSet("only protobuf, custom", ONLY, WIDGETS, 406, Form.JSON),
                argumentSet("protobuf or JSON, custom", ONLY + ",application/json", WIDGETS, 200, Form.JSON),
                argumentSet("protobuf or anything, custom", ONLY + ", */*", WIDGETS, 200, Form.JSON),
                argumentSet("protobuf or anything", ONLY + ", */*", MAPS, 200, Form.PROTOBUF),
                argumentSet("JSON before protobuf", "application/json," + ONLY, MAPS, 200, Form.JSON),
                argumentSet("a stream's parameter", ONLY + ";stream=watch", MAPS, 200, Form.PROTOBUF),
                argumentSet("no tables", ONLY + ";as=Table;g=meta.k8s.io;v=v1", MAPS, 406, Form.JSON),
                argumentSet(
                        "tables in JSON",
                        ONLY + ";as=Table;g=meta.k8s.io;v=v1,application/json;as=Table;g=meta.k8s.io;v=v1",
                        MAPS,
                        200,
                        Form.JSON),
                argumentSet("discovery", ONLY, "/apis", 200, Form.PROTOBUF),
                argumentSet("version", ONLY, "/version", 200, Form.JSON));
    }

    @ParameterizedTest
    @MethodSource("accepts")
    void theFirstFormThatThereIsCounts(String accept, String target, int code, Form form) throws Exception {
        custom();
        var answer = accepting(accept, "GET", target, "");
        assertThat(answer.status).isEqualTo(code);
        if (code == 200) assertThat(answer.answerHeaders.first("content-type")).isEqualTo(form.mediaType());
    }

    @Test
    void aWatchIsMadeOfFrames() throws Exception {
        api.create(MAPS, TestApi.configMap("a", "k", "v"));
        var answer = accepting(
                ONLY,
                "GET",
                MAPS + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=1"
                        + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
                "");
        assertThat(answer.answerHeaders.first("content-type")).isEqualTo(ONLY + ";stream=watch");
        var events = events(answer.streamed());
        assertThat(events.stream().map(Event::type)).startsWith("ADDED").contains("BOOKMARK");
        assertThat(events.getLast().object.textOrEmpty("kind")).isEqualTo("ConfigMap");
    }

    @Test
    void aWatchThatFailsSaysSoInAFrame() throws Exception {
        long start = api.store.revision();
        for (int i = 0; i < 4200; i++) api.create(MAPS, TestApi.configMap("m" + i));
        api.store.compact(api.store.revision());
        var answer = accepting(ONLY, "GET", MAPS + "?watch=1&timeoutSeconds=1&resourceVersion=" + start, "");
        var event = events(answer.streamed()).getFirst();
        assertThat(event.type).isEqualTo("ERROR");
        assertThat(event.object.number(0, "code")).isEqualTo(410);
    }

    private record Event(String type, Json.Obj object) {}

    private static List<Event> events(byte[] stream) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(stream));
        var events = new ArrayList<Event>();
        while (in.available() > 0) {
            var frame = in.readNBytes(in.readInt());
            var message = new SchemaWire(frame, 0, frame.length);
            var type = "";
            var object = new byte[0];
            while (message.next()) {
                if (message.field() == 1) type = message.text();
                else {
                    var raw = message.message();
                    if (raw.next()) object = raw.bytes();
                }
            }
            events.add(new Event(type, decoded("", "v1", type.equals("ERROR") ? "Status" : "ConfigMap", object)));
        }
        return events;
    }
}
