package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.function.BooleanSupplier;

/** Definitions of custom types for tests. */
final class TestDefinitions {
    static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private TestDefinitions() {}

    /** Of {@code widgets.shop.example.com}, with one version whose schema keeps what it does not know. */
    static Json.Obj widgets() {
        return widgets("""
                {"type":"object","properties":{
                "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}""");
    }

    static Json.Obj widgets(String schema) {
        return (Json.Obj) Json.parse("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                "metadata":{"name":"widgets.shop.example.com"},
                "spec":{"group":"shop.example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
                "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}}]}}""".formatted(schema));
    }

    /** Makes a definition, and waits until its types are served. */
    static void define(TestApi api, Json.Obj definition) throws InterruptedException {
        api.create(PATH, definition.compact());
        condition(api, definition.textOrEmpty("metadata", "name"), "Established", "True");
    }

    /** Waits for a condition. */
    static Json.Obj condition(TestApi api, String name, String type, String status) throws InterruptedException {
        var found = new Json.Obj[1];
        await(() -> {
            for (var condition : api.get(PATH + "/" + name).json().items("status", "conditions")) {
                if (condition.textOrEmpty("type").equals(type)
                        && condition.textOrEmpty("status").equals(status)) found[0] = condition.object();
            }
            return found[0] != null;
        });
        return found[0];
    }

    static void await(BooleanSupplier until) throws InterruptedException {
        while (!until.getAsBoolean()) Thread.sleep(2);
    }
}
