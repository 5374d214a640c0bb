package io.smarter.apiserver;

import io.smarter.api.User;
import io.smarter.auth.Attributes;
import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import java.util.List;

/** Of whom and for what a request must be to be of a flow schema: one of these rules. Immutable. */
record FlowRule(List<Json> subjects, List<Json> resourceRules, List<Json> pathRules) {
    private static final String ANY = "*";

    static List<FlowRule> of(Json.Obj schema) {
        return schema.items("spec", "rules").stream()
                .map(rule -> new FlowRule(
                        rule.items("subjects"), rule.items("resourceRules"), rule.items("nonResourceRules")))
                .toList();
    }

    boolean matches(Attributes asked) {
        if (subjects.stream().noneMatch(subject -> isOf(subject, asked.user()))) return false;
        var target = asked.target();
        return target == null
                ? pathRules.stream().anyMatch(rule -> isPath(rule, asked))
                : resourceRules.stream().anyMatch(rule -> isResource(rule, asked.verb(), target));
    }

    private static boolean isOf(Json subject, User user) {
        return switch (subject.textOrEmpty("kind")) {
            case "User" -> is(subject.textOrEmpty("user", "name"), user.name());
            case "Group" -> {
                var group = subject.textOrEmpty("group", "name");
                yield group.equals(ANY) || user.groups().contains(group);
            }
            case "ServiceAccount" -> {
                var account = User.accountOf(user.name());
                yield account.isPresent()
                        && subject.textOrEmpty("serviceAccount", "namespace")
                                .equals(account.get().namespace())
                        && is(
                                subject.textOrEmpty("serviceAccount", "name"),
                                account.get().name());
            }
            default -> false;
        };
    }

    private static boolean isPath(Json rule, Attributes asked) {
        return has(rule, "verbs", asked.verb())
                && rule.items("nonResourceURLs").stream()
                        .anyMatch(url -> url instanceof Json.Str(var text) && isUrl(text, asked.path()));
    }

    private static boolean isUrl(String url, String path) {
        if (url.equals(ANY) || url.equals(path)) return true;
        return url.endsWith("/*") && path.startsWith(url.substring(0, url.length() - 1));
    }

    private static boolean isResource(Json rule, String verb, RequestPath target) {
        boolean placed =
                target.namespace().isEmpty() ? rule.flag("clusterScope") : has(rule, "namespaces", target.namespace());
        return placed
                && has(rule, "verbs", verb)
                && has(rule, "apiGroups", target.group())
                && has(rule, "resources", Attributes.resource(target));
    }

    private static boolean has(Json rule, String member, String asked) {
        return rule.items(member).stream().anyMatch(item -> item instanceof Json.Str(var text) && is(text, asked));
    }

    private static boolean is(String wanted, String asked) {
        return wanted.equals(ANY) || wanted.equals(asked);
    }
}
