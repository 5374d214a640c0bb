package io.smarter.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Swagger 2 documents say of custom schemas: what Kubernetes' own say. */
final class OpenApiCustomTest {
    static Stream<Arguments> schemas() {
        return Stream.of(
                argumentSet(
                        "validations stay",
                        "{'type':'string','pattern':'in-tree|out-of-tree','maxLength':9,'default':'in-tree'}",
                        "{'type':'string','pattern':'in-tree|out-of-tree','maxLength':9,'default':'in-tree'}"),
                argumentSet(
                        "junctors go",
                        "{'type':'integer','oneOf':[{'minimum':1}],'not':{'enum':[3]}}",
                        "{'type':'integer'}"),
                argumentSet(
                        "what may be null has no type and is not required",
                        "{'type':'object','required':['a','b'],'properties':{'a':{'type':'string','nullable':true},"
                                + "'b':{'type':'string'}}}",
                        "{'type':'object','required':['b'],'properties':{'a':{},'b':{'type':'string'}}}"),
                argumentSet(
                        "what may hold anything has neither type nor properties",
                        "{'type':'object','x-kubernetes-preserve-unknown-fields':true,'properties':{'a':{'type':'string'}}}",
                        "{'x-kubernetes-preserve-unknown-fields':true}"),
                argumentSet(
                        "an array of anything has no type",
                        "{'type':'array','x-kubernetes-preserve-unknown-fields':true,'items':{'type':'string'}}",
                        "{'x-kubernetes-preserve-unknown-fields':true}"),
                argumentSet(
                        "values of maps are schemas too",
                        "{'type':'object','additionalProperties':{'type':'string','nullable':true},'required':['a']}",
                        "{'type':'object','additionalProperties':{}}"));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void schemasLoseWhatSwaggerCannotSay(String schema, String shown) {
        assertThat(OpenApiCustom.swagger(json(schema))).isEqualTo(json(shown));
    }

    private static Json.Obj json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .object();
    }
}
