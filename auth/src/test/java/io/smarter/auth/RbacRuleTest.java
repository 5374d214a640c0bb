package io.smarter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RbacRuleTest {
    private static RbacRule rule(String json) {
        return RbacRule.of(Json.parse(json.replace('\'', '"')));
    }

    static Stream<Arguments> objects() {
        var pods = "{'verbs':['get','list'],'apiGroups':[''],'resources':['pods']}";
        return Stream.of(
                argumentSet("verb and resource", pods, "get  pods a", true),
                argumentSet("another verb", pods, "delete  pods a", false),
                argumentSet("another resource", pods, "get  secrets a", false),
                argumentSet("another group", pods, "get apps pods a", false),
                argumentSet("a subresource", pods, "get  pods/log a", false),
                argumentSet("every verb", "{'verbs':['*'],'apiGroups':[''],'resources':['pods']}", "foo  pods a", true),
                argumentSet(
                        "every group",
                        "{'verbs':['get'],'apiGroups':['*'],'resources':['pods']}",
                        "get x pods a",
                        true),
                argumentSet(
                        "every resource with what is below",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['*']}",
                        "get  pods/log a",
                        true),
                argumentSet(
                        "a subresource by name",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods/log']}",
                        "get  pods/log a",
                        true),
                argumentSet(
                        "a subresource is not its object",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods/log']}",
                        "get  pods a",
                        false),
                argumentSet(
                        "a subresource of everything",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['*/scale']}",
                        "get  things/scale a",
                        true),
                argumentSet(
                        "another subresource of everything",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['*/scale']}",
                        "get  things/status a",
                        false),
                argumentSet(
                        "a star for the subresource means nothing",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods/*']}",
                        "get  pods/log a",
                        false),
                argumentSet(
                        "one name",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        "get  pods a",
                        true),
                argumentSet(
                        "another name",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        "get  pods b",
                        false),
                argumentSet(
                        "names are no star",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['*']}",
                        "get  pods b",
                        false),
                argumentSet(
                        "no name where one is wanted",
                        "{'verbs':['create'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        "create  pods ",
                        false),
                argumentSet("a path", "{'verbs':['get'],'nonResourceURLs':['*']}", "get  pods a", false));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void rulesOfObjectsAllowWhatTheyName(String rule, String asked, boolean allowed) {
        var parts = asked.split(" ", -1);
        var resource = parts[2].split("/");
        var target = new RequestPath(
                parts[1], "v1", "default", resource[0], parts[3], resource.length > 1 ? resource[1] : "");
        assertThat(rule(rule).allows(Attributes.of(User.ANONYMOUS, parts[0], target)))
                .isEqualTo(allowed);
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                argumentSet("the path", "/healthz", "/healthz", true),
                argumentSet("another", "/healthz", "/livez", false),
                argumentSet("below it", "/healthz", "/healthz/etcd", false),
                argumentSet("a star at its end", "/healthz/*", "/healthz/etcd", true),
                argumentSet("but not the path itself", "/healthz/*", "/healthz", false),
                argumentSet("a star in a word", "/heal*", "/healthz", true),
                argumentSet("a star alone", "*", "/any/thing", true));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void rulesOfPathsAllowWhatTheyName(String url, String path, boolean allowed) {
        var rule = rule("{'verbs':['get'],'nonResourceURLs':['" + url + "']}");
        assertThat(rule.allows(Attributes.ofPath(User.ANONYMOUS, "GET", path))).isEqualTo(allowed);
        assertThat(rule.allows(Attributes.ofPath(User.ANONYMOUS, "POST", path))).isFalse();
    }

    static Stream<Arguments> grants() {
        var all = "{'verbs':['*'],'apiGroups':['*'],'resources':['*']}";
        var pods = "{'verbs':['get','list'],'apiGroups':[''],'resources':['pods','secrets']}";
        return Stream.of(
                argumentSet("the same", pods, pods, ""),
                argumentSet("less", pods, "{'verbs':['get'],'apiGroups':[''],'resources':['pods']}", ""),
                argumentSet("everything covers all", all, pods, ""),
                argumentSet(
                        "one verb more",
                        pods,
                        "{'verbs':['get','watch'],'apiGroups':[''],'resources':['pods']}",
                        "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"watch\"]}"),
                argumentSet(
                        "verbs of one resource together",
                        "{'verbs':['x']}",
                        pods,
                        "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\" \"list\"]}"
                                + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\"]}"),
                argumentSet("a star needs a star", pods, all, "{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}"),
                argumentSet(
                        "a name of all",
                        pods,
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        ""),
                argumentSet(
                        "all of a name",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods']}",
                        "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\"]}"),
                argumentSet(
                        "another name",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a','b']}",
                        "{APIGroups:[\"\"], Resources:[\"pods\"], ResourceNames:[\"b\"], Verbs:[\"get\"]}"),
                argumentSet(
                        "a subresource of everything",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['*/scale']}",
                        "{'verbs':['get'],'apiGroups':[''],'resources':['pods/scale']}",
                        ""),
                argumentSet(
                        "paths below",
                        "{'verbs':['get'],'nonResourceURLs':['/a/*']}",
                        "{'verbs':['get'],'nonResourceURLs':['/a/b','/a/c/*']}",
                        ""),
                argumentSet(
                        "another path",
                        "{'verbs':['get'],'nonResourceURLs':['/a/*']}",
                        "{'verbs':['get'],'nonResourceURLs':['/b']}",
                        "{NonResourceURLs:[\"/b\"], Verbs:[\"get\"]}"));
    }

    @ParameterizedTest
    @MethodSource("grants")
    void whatIsMissingToGrantARuleIsNamed(String held, String granted, String missing) {
        var rules = RbacRule.compact(RbacRule.missing(List.of(rule(held)), List.of(rule(granted))));
        assertThat(String.join("", rules.stream().map(RbacRule::text).toList())).isEqualTo(missing);
    }
}
