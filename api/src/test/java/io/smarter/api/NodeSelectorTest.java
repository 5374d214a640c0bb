package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NodeSelectorTest {
    private static final Json.Obj NODE = (Json.Obj) Json.parse("""
            {"metadata": {"name": "gate-1", "labels": {"zone": "north", "slots": "4", "smarter-demo": "enabled"}}}""");

    static Stream<Arguments> specs() {
        return Stream.of(
                argumentSet("nothing asked", "{}", true),
                argumentSet("label there", "{'nodeSelector': {'smarter-demo': 'enabled'}}", true),
                argumentSet("label with another value", "{'nodeSelector': {'smarter-demo': 'disabled'}}", false),
                argumentSet("label not there", "{'nodeSelector': {'zone': 'north', 'gpu': 'yes'}}", false),
                argumentSet("no terms", affinity(""), false),
                argumentSet("an empty term", affinity("{}"), false),
                argumentSet("In", affinity(expression("zone", "In", "'south', 'north'")), true),
                argumentSet("not In", affinity(expression("zone", "In", "'south'")), false),
                argumentSet("NotIn", affinity(expression("zone", "NotIn", "'south'")), true),
                argumentSet("NotIn of an absent label", affinity(expression("gpu", "NotIn", "'a'")), true),
                argumentSet("Exists", affinity(expression("zone", "Exists", "")), true),
                argumentSet("DoesNotExist", affinity(expression("zone", "DoesNotExist", "")), false),
                argumentSet("Gt", affinity(expression("slots", "Gt", "'3'")), true),
                argumentSet("not Lt", affinity(expression("slots", "Lt", "'4'")), false),
                argumentSet("an unknown operator", affinity(expression("slots", "Near", "'4'")), false),
                argumentSet(
                        "the second of two terms",
                        affinity(expression("zone", "In", "'south'") + "," + expression("slots", "Exists", "")),
                        true),
                argumentSet("by name", affinity(field("In", "gate-1")), true),
                argumentSet("by another name", affinity(field("In", "gate-2")), false),
                argumentSet("not by name", affinity(field("NotIn", "gate-1")), false),
                argumentSet(
                        "affinity and selector",
                        affinity(field("In", "gate-1")).replaceFirst("\\{", "{'nodeSelector': {'zone': 'south'}, "),
                        false));
    }

    private static String affinity(String terms) {
        return "{'affinity': {'nodeAffinity': {'requiredDuringSchedulingIgnoredDuringExecution':"
                + " {'nodeSelectorTerms': [" + terms + "]}}}}";
    }

    private static String expression(String key, String operator, String values) {
        return "{'matchExpressions': [{'key': '%s', 'operator': '%s', 'values': [%s]}]}"
                .formatted(key, operator, values);
    }

    private static String field(String operator, String name) {
        return "{'matchFields': [{'key': 'metadata.name', 'operator': '%s', 'values': ['%s']}]}"
                .formatted(operator, name);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void choosesTheNodesThatTheSpecAsksFor(String spec, boolean matches) {
        var selector = NodeSelector.of((Json.Obj) Json.parse(spec.replace('\'', '"')));
        assertThat(selector.matches(NODE)).isEqualTo(matches);
    }
}
