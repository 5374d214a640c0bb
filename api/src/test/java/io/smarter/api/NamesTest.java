package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NamesTest {
    static Stream<Arguments> cases() {
        Function<String, List<String>> label = Names::label;
        Function<String, List<String>> service = Names::label1035;
        Function<String, List<String>> subdomain = Names::subdomain;
        Function<String, List<String>> qualified = Names::qualified;
        Function<String, List<String>> value = Names::labelValue;
        return Stream.of(
                argumentSet("label", label, "my-name1", ""),
                argumentSet("label of 63", label, "a".repeat(63), ""),
                argumentSet("label of 64", label, "a".repeat(64), "must be no more than 63 characters"),
                argumentSet("label with dot", label, "a.b", "a lowercase RFC 1123 label must consist"),
                argumentSet("label ending in a dash", label, "a-", "a lowercase RFC 1123 label must consist"),
                argumentSet("no label", label, "", "a lowercase RFC 1123 label must consist"),
                argumentSet("service", service, "web", ""),
                argumentSet("service starting with a digit", service, "1web", "a DNS-1035 label must consist"),
                argumentSet("subdomain", subdomain, "a.b-c.d1", ""),
                argumentSet("subdomain in upper case", subdomain, "A.b", "a lowercase RFC 1123 subdomain"),
                argumentSet("subdomain with an empty part", subdomain, "a..b", "a lowercase RFC 1123 subdomain"),
                argumentSet("key", qualified, "App_x.y", ""),
                argumentSet("key with prefix", qualified, "smarter.io/type", ""),
                argumentSet("key with two slashes", qualified, "a/b/c", "a qualified name must consist"),
                argumentSet("key with bad prefix", qualified, "A/b", "prefix part a lowercase RFC 1123 subdomain"),
                argumentSet("key with empty name", qualified, "a/", "name part must be non-empty"),
                argumentSet("value", value, "x_1.y-z", ""),
                argumentSet("no value", value, "", ""),
                argumentSet("value with a space", value, "a b", "a valid label must be an empty string or consist"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void namesAreCheckedAsKubernetesDoes(Function<String, List<String>> check, String name, String start) {
        var problems = check.apply(name);
        if (start.isEmpty()) assertThat(problems).isEmpty();
        else assertThat(problems.getFirst()).startsWith(start);
    }
}
